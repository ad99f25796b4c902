#include "probes/fpga_probe.h"

#include <gtest/gtest.h>

#include "probes/uuid.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/fpga_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FpgaTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kManager = FpgaTree::kManager;
constexpr const char* kRegion = FpgaTree::kRegion;
constexpr const char* kState = "sys/class/fpga_manager/fpga1/state";

TEST(FpgaProbe, ManagerOfASoc_IsSeenAndNeverGranted) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kManager, "framework"), "fpga_manager");
  EXPECT_EQ(TextOf(facts, kManager, "name"), "Xilinx Zynq FPGA Manager");
  EXPECT_EQ(TextOf(facts, kManager, "grant"), "none");
  EXPECT_EQ(TextOf(facts, kManager, "health"), "ok");
  EXPECT_EQ(FindAttribute(facts, kManager, "functions"), nullptr);
  EXPECT_TRUE(HasEntity(facts, "platform:f8007000.devcfg",
                        VertexKind::kPlatformDevice));
}

TEST(FpgaProbe, RegionOfASoc_HasItsCompatibilityId) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kRegion, "framework"), "fpga_region");
  EXPECT_EQ(TextOf(facts, kRegion, "grant"), "none");
  EXPECT_EQ(TextOf(facts, kRegion, "compat_id"),
            "01234567-89ab-cdef-fedc-ba9876543210");
}

TEST(FpgaProbe, PartsOfADflCard_AreToldWithTheCard) {
  const FactSet facts = FpgaTree().Run();
  for (const char* key : {"accelerator:fpga0", "accelerator:region0",
                          "accelerator:region1", "accelerator:region2"}) {
    EXPECT_FALSE(HasEntity(facts, key, VertexKind::kAccelerator)) << key;
  }
}

TEST(FpgaProbe, States_AreHealth) {
  const std::pair<const char*, const char*> cases[] = {
      {"power off", "failed"},
      {"reset", "failed"},
      {"firmware request", "degraded"},
      {"parse header", "degraded"},
      {"write", "degraded"},
      {"write complete error", "failed"},
      {"operating", "ok"},
      {"unknown", ""}};
  for (const auto& [state, health] : cases) {
    FpgaTree machine;
    machine.tree.AddFile(kState, std::string(state) + "\n");
    EXPECT_EQ(TextOf(machine.Run(), kManager, "health"), health) << state;
  }
}

TEST(FpgaProbe, FilesThatLie_AreFaults) {
  FpgaTree machine;
  machine.tree.AddFile(kState, "dreaming\n");
  machine.tree.AddFile("sys/class/fpga_region/region9/compat_id", "12\n");
  machine.tree.AddLink("sys/class/fpga_manager/fpga7", "../../nowhere");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, std::string("/") + kState),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/sys/class/fpga_region/region9/compat_id"),
            ErrorCode::kCorruptInput);
  EXPECT_TRUE(FaultAt(facts, "/sys/class/fpga_manager/fpga7").has_value());
  EXPECT_EQ(FindAttribute(facts, kManager, "health"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kRegion, "compat_id"), nullptr);
}

TEST(Uuid, DigitsWithAndWithoutDashes_AreOneForm) {
  constexpr const char* kForm = "d8424dc4-a4a3-c413-f89e-433683f9040b";
  EXPECT_EQ(ParseUuid("D8424DC4A4A3C413F89E433683F9040B"), kForm);
  EXPECT_EQ(ParseUuid(kForm), kForm);
  for (const char* text :
       {"", "d8424dc4", "d8424dc4-a4a3-c413-f89e-433683f9040",
        "d8424dc4+a4a3-c413-f89e-433683f9040b",
        "d8424dc4-a4a3-c413-f89e-433683f9040g",
        "-8424dc4a4a3c413f89e433683f9040b"}) {
    EXPECT_FALSE(ParseUuid(text).has_value()) << text;
  }
}

TEST(Uuid, Blank_IsAllZeroOrAllOnes) {
  EXPECT_TRUE(IsBlankUuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_TRUE(IsBlankUuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
  EXPECT_FALSE(IsBlankUuid("00000000-0000-0000-0000-000000000001"));
}

}  // namespace
}  // namespace acceld::probes
