#include "probes/mdev_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/mdev_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::MdevTree;
using acceld::testing::TextOf;

constexpr const char* kParent = MdevTree::kParent;
constexpr const char* kEngine = MdevTree::kEngine;

TEST(MdevProbe, Facts_AreAsTheKernelSays) {
  ExpectGolden(FactText(MdevTree().Run(), {"accelerator:mdev-", "engine:"}),
               "probes/mdev.txt");
}

TEST(MdevProbe, Parent_SaysWhatItCanMake) {
  const FactSet facts = MdevTree().Run();
  EXPECT_EQ(TextOf(facts, kParent, "framework"), "mdev");
  EXPECT_EQ(TextOf(facts, kParent, "grant"), "none");
  EXPECT_EQ(TextOf(facts, kParent, "mdev_free"),
            "i915-GVTg_V5_4=1,i915-GVTg_V5_8=2");
  EXPECT_EQ(FindAttribute(facts, kParent, "functions"), nullptr);
  // The render node of the same function is no worse for it.
  EXPECT_EQ(TextOf(facts, "accelerator:renderD128", "grant"), "fd");
}

TEST(MdevProbe, Device_IsAnEngineThatIsGrantedOnce) {
  const FactSet facts = MdevTree().Run();
  EXPECT_TRUE(HasEntity(facts, kEngine, VertexKind::kEngine));
  EXPECT_NE(FindRelation(facts, kEngine, kParent, RelationKind::kEngineOf),
            nullptr);
  EXPECT_EQ(TextOf(facts, kEngine, "mdev_type"), "i915-GVTg_V5_4");
  EXPECT_EQ(TextOf(facts, kEngine, "name"), "GVTg_V5_4");
  EXPECT_EQ(TextOf(facts, kEngine, "node"), "/dev/vfio/33");
  EXPECT_EQ(TextOf(facts, kEngine, "device_number"), "240:33");
  EXPECT_EQ(TextOf(facts, kEngine, "vfio_cdev"), "/dev/vfio/devices/vfio5");
  EXPECT_EQ(TextOf(facts, kEngine, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kEngine, "instances"), "1");
  EXPECT_EQ(TextOf(facts, kEngine, "functions"), "compute/gpu");
  EXPECT_EQ(TextOf(facts, kEngine, "iommu_group"), "33");
}

TEST(MdevProbe, DeviceThatNoDriverHolds_IsNeverOffered) {
  MdevTree machine;
  machine.tree.Remove(machine.device + "/iommu_group");
  machine.tree.Remove(machine.device + "/vfio-dev");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kEngine, "instances"), "0");
  EXPECT_NE(FindAttribute(facts, kEngine, "not_offered"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kEngine, "node"), nullptr);
}

TEST(MdevProbe, DeviceOfAnotherInterface_OffersNothing) {
  MdevTree machine;
  machine.tree.AddFile(machine.TypePath("i915-GVTg_V5_4") + "/device_api",
                       "vfio-ap\n");
  EXPECT_EQ(FindAttribute(machine.Run(), kEngine, "functions"), nullptr);
}

TEST(MdevProbe, TreesThatLie_AreFaultsAndTheRestStands) {
  MdevTree machine;
  const std::string type = machine.TypePath("i915-GVTg_V5_4");
  machine.tree.AddFile(type + "/available_instances", "many\n");
  machine.tree.AddLink(type + "/devices/a name", "../nowhere");
  machine.tree.AddLink("sys/class/mdev_bus/gone", "../../nowhere");
  const FactSet facts = machine.Run();
  const std::string types =
      "/sys/class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4";
  EXPECT_EQ(FaultAt(facts, types + "/available_instances"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, types + "/devices/a name"),
            ErrorCode::kCorruptInput);
  EXPECT_TRUE(FaultAt(facts, "/sys/class/mdev_bus/gone").has_value());
  EXPECT_EQ(TextOf(facts, kParent, "mdev_free"), "i915-GVTg_V5_8=2");
  EXPECT_EQ(TextOf(facts, kEngine, "instances"), "1");
}

}  // namespace
}  // namespace acceld::probes
