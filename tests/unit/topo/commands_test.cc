// The tables: devices, functions, memory, matrix, why.
#include <gtest/gtest.h>

#include <string>

#include "client/topo/devices.h"
#include "client/topo/matrix.h"
#include "client/topo/memory.h"
#include "client/topo/why.h"
#include "tests/support/golden.h"
#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

using testing::ExpectGolden;

constexpr Look kUnicode100{.colour = false, .unicode = true, .width = 100};

Machine Of(const testing::MachineFacts& facts) {
  return {facts.Build(), "a test"};
}

TEST(Devices_TwoAccelerators, FillATable) {
  ExpectGolden(DevicesText(Of(testing::SharedHbmMachine()), kUnicode100),
               "topo/devices.txt");
}

TEST(Devices_AsDocument, HoldWhatTheirFunctionSays) {
  const Document document = DevicesDocument(Of(testing::SharedHbmMachine()));
  const Document::Array& devices = *document.Find("devices")->AsArray();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(*devices[1].Find("pci_function"), Document("pci:0001:3a:00.0"));
  EXPECT_EQ(*devices[1].Find("attributes")->Find("iommu_group"), Document(13));
}

TEST(Functions_OfSevenDevices, NameThemAll) {
  ExpectGolden(FunctionsText(Of(testing::SwitchMachine()), kUnicode100),
               "topo/functions.txt");
}

TEST(Memory_WithStatedInitiators, ShowsThem) {
  ExpectGolden(MemoryText(Of(testing::MemoryOnlyMachine()), kUnicode100),
               "topo/memory.txt");
}

TEST(Matrix_OverAFabric, IsAClassOfItsOwn) {
  ExpectGolden(MatrixText(Of(testing::MeshMachine()), {}, kUnicode100),
               "topo/matrix.txt");
}

TEST(Matrix_OfAKindThatIsNotThere, SaysSo) {
  EXPECT_EQ(
      MatrixText(Of(testing::MeshMachine()), {.kinds = {VertexKind::kNic}}, {}),
      "nothing of that kind in this machine\n");
}

TEST(Matrix_OfLatencies, IsFromRowToColumn) {
  ExpectGolden(
      MatrixText(Of(testing::SharedHbmMachine()),
                 {.kinds = {VertexKind::kNumaNode, VertexKind::kMemoryTarget},
                  .what = MatrixOf::kLatency},
                 kUnicode100),
      "topo/matrix_latency.txt");
}

TEST(Matrix_AsDocument, HasExactNumbers) {
  const Document document = MatrixDocument(Of(testing::SharedHbmMachine()),
                                           {.kinds = {VertexKind::kNumaNode}});
  EXPECT_EQ(document.Find("latencies_ns")->AsArray()->at(0),
            Document(Document::Array{0, 130}));
  EXPECT_EQ(
      document.Find("bandwidths")->AsArray()->at(0),
      Document(Document::Array{Document(), std::int64_t{40'000'000'000}}));
}

TEST(Why_OfAFunction, TellsEverySource) {
  const auto text =
      WhyText(Of(testing::SharedHbmMachine()), "0000:3a:00.0", kUnicode100);
  ASSERT_TRUE(text) << text.error().message;
  ExpectGolden(*text, "topo/why.txt");
}

}  // namespace
}  // namespace acceld::topo
