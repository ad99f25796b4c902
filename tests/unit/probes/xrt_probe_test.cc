#include "probes/xrt_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/fpga_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FpgaTree;
using acceld::testing::TextOf;

constexpr const char* kCard = FpgaTree::kXrt;
constexpr const char* kDevice = "/sys/class/drm/renderD130/device/";

TEST(XrtProbe, Card_OffersTheImagesThatAreLoaded) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kCard, "framework"), "drm");
  EXPECT_EQ(TextOf(facts, kCard, "driver"), "xocl");
  EXPECT_EQ(TextOf(facts, kCard, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kCard, "functions"),
            "fpga/4c8f2a10-3a5d-4a0e-9f1b-0a6b7c8d9e0f");
  EXPECT_EQ(TextOf(facts, kCard, "model"), "u200");
  EXPECT_EQ(TextOf(facts, kCard, "memory"), "32GiB");
  EXPECT_EQ(TextOf(facts, kCard, "health"), "ok");
  EXPECT_EQ(TextOf(facts, kCard, "sva"), "no");
}

TEST(XrtProbe, ManagementFunction_IsNoAccelerator) {
  for (const EntityFact& entity : FpgaTree().Run().entities) {
    EXPECT_EQ(entity.key.find("af:00.0") == std::string::npos ||
                  entity.kind == VertexKind::kPciFunction,
              true)
        << entity.key;
  }
}

TEST(XrtProbe, NothingLoaded_OffersNothing) {
  for (const char* text : {"", "00000000-0000-0000-0000-000000000000\n"}) {
    FpgaTree machine;
    machine.WriteXrt("xclbinuuid", text);
    EXPECT_EQ(FindAttribute(machine.Run(), kCard, "functions"), nullptr);
  }
}

TEST(XrtProbe, SlotsWithImages_AreFunctionsEach) {
  FpgaTree machine;
  machine.WriteXrt("xclbinuuid",
                   "bbbbbbbb-0000-0000-0000-000000000000\n"
                   "aaaaaaaa-0000-0000-0000-000000000000\n");
  EXPECT_EQ(TextOf(machine.Run(), kCard, "functions"),
            "fpga/aaaaaaaa-0000-0000-0000-000000000000,"
            "fpga/bbbbbbbb-0000-0000-0000-000000000000");
}

TEST(XrtProbe, CardThatIsNotThere_IsHealth) {
  FpgaTree machine;
  machine.WriteXrt("ready", "0x0\n");
  EXPECT_EQ(TextOf(machine.Run(), kCard, "health"), "degraded");
  machine.WriteXrt("dev_offline", "1\n");
  EXPECT_EQ(TextOf(machine.Run(), kCard, "health"), "failed");
  machine.WriteXrt("dev_offline", "0\n");
  machine.WriteXrt("device_bad_state", "1\n");
  EXPECT_EQ(TextOf(machine.Run(), kCard, "health_reason"),
            "its management function does not answer; the card is in a bad "
            "state");
}

TEST(XrtProbe, FilesThatLie_AreFaults) {
  FpgaTree machine;
  machine.WriteXrt("xclbinuuid", "banana\n");
  machine.WriteXrt("ready", "7\n");
  machine.WriteXrt("memstat", "[IN-USE] DDR[0]@0 (99999999999999999MB): x\n");
  const FactSet facts = machine.Run();
  for (const char* file : {"xclbinuuid", "ready"}) {
    EXPECT_EQ(FaultAt(facts, std::string(kDevice) + file),
              ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_EQ(FindAttribute(facts, kCard, "memory"), nullptr);
}

TEST(XrtProbe, Window_IsNotItsMemory) {
  FpgaTree machine;
  machine.WriteXrt("memstat", "");
  machine.WriteXrt("resource",
                   "0x0000380000000000 0x00003803ffffffff "
                   "0x000000000014220c\n");
  EXPECT_EQ(FindAttribute(machine.Run(), kCard, "memory"), nullptr);
}

TEST(XrtMemory, Banks_CountOnce) {
  EXPECT_EQ(ParseXrtMemory("[IN-USE] HBM[0]@0x0 (256MB): 0KB 0BOs\n"
                           "[IN-USE] HBM[0]@0x0 (256MB): 0KB 0BOs\n"
                           "[UNUSED] HBM[1]@0x10000000 (256MB): 0KB 0BOs\n"),
            Bytes(std::int64_t{512} << 20));
  for (const char* text : {"", "\n\n", "[", "[X] DDR[0]", "[X] DDR@ (MB)",
                           "[X] DDR@ (-1MB)", "(1MB) @ ] DDR"}) {
    EXPECT_FALSE(ParseXrtMemory(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace acceld::probes
