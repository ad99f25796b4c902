// The tables: devices, functions, memory, matrix, why.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "base/document.h"
#include "base/topology_terms.h"
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

// A GPU in two partitions, of which the second has its render node elsewhere.
testing::MachineFacts TwoInterfaces() {
  testing::MachineFacts facts;
  const std::vector<std::string> functions = {"compute/gpu"};
  for (const char* name : {"kfd-2", "kfd-3", "renderD128", "renderD129"}) {
    const std::string key = std::string("accelerator:") + name;
    const bool is_kfd = key.find("kfd") != std::string::npos;
    const char* owner =
        key.ends_with("D129") ? "platform:amdgpu_xcp_0" : "pci:0000:63:00.0";
    facts.Relation(key, owner, RelationKind::kAcceleratorOf)
        .Attribute(key, attr::kFunctions, functions)
        .Attribute(key, attr::kFramework, std::string(is_kfd ? "kfd" : "drm"));
    if (is_kfd) {
      facts.Attribute(
          key, "render_node",
          std::string("/dev/dri/renderD12") + (key.ends_with("2") ? "8" : "9"));
    } else {
      facts.Attribute(key, attr::kNodePath, std::string("/dev/dri/") + name);
    }
  }
  return facts;
}

TEST(Devices_OfTwoInterfaces, NameEachOther) {
  const Document document = DevicesDocument(Of(TwoInterfaces()));
  std::map<std::string, Document> others;
  for (const Document& device : *document.Find("devices")->AsArray()) {
    const Document* same = device.Find("same_device_as");
    ASSERT_NE(same, nullptr);
    ASSERT_EQ(same->AsArray()->size(), 1U);
    others[*device.Find("key")->AsString()] = same->AsArray()->at(0);
  }
  const std::string kind = "accelerator:";
  EXPECT_EQ(others[kind + "kfd-2"], Document(kind + "renderD128"));
  EXPECT_EQ(others[kind + "kfd-3"], Document(kind + "renderD129"));
  EXPECT_EQ(others[kind + "renderD128"], Document(kind + "kfd-2"));
  EXPECT_EQ(others[kind + "renderD129"], Document(kind + "kfd-3"));
  const std::string text = DevicesText(Of(TwoInterfaces()), kUnicode100);
  EXPECT_NE(text.find("same device as"), std::string::npos) << text;
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
