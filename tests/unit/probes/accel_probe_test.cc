#include "probes/accel_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

TEST(AccelProbe, Habanalabs_IsSingleUserAndOpenedByTheClient) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
  machine.pci.AddClassDevice(path, "accel", "accel_controlD0", "260:1");
  machine.tree.AddFile(path + "/status", "Operational\n");
  machine.tree.AddFile(path + "/device_type", "GAUDI2\n");
  const FactSet facts = machine.Run();
  const std::string key = "accelerator:accel0";
  EXPECT_TRUE(HasEntity(facts, key, VertexKind::kAccelerator));
  EXPECT_EQ(TextOf(facts, key, "framework"), "accel");
  EXPECT_EQ(TextOf(facts, key, "node"), "/dev/accel/accel0");
  EXPECT_EQ(TextOf(facts, key, "device_number"), "261:0");
  EXPECT_EQ(TextOf(facts, key, "functions"), "compute/npu");
  EXPECT_EQ(TextOf(facts, key, "grant"), "ticket");
  EXPECT_EQ(TextOf(facts, key, "sharing_class"), "single-user");
  EXPECT_EQ(TextOf(facts, key, "instances"), "1");
  EXPECT_EQ(TextOf(facts, key, "health"), "ok");
  EXPECT_EQ(TextOf(facts, key, "model"), "GAUDI2");
  EXPECT_EQ(TextOf(facts, key, "sva"), "no");
  EXPECT_NE(FindRelation(facts, key, "pci:0000:b3:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
  EXPECT_FALSE(HasEntity(facts, "accelerator:accel_controlD0",
                         VertexKind::kAccelerator));
}

TEST(AccelProbe, HabanalabsStatus_IsHealthInThreeWords) {
  struct Row {
    const char* status;
    const char* health;
  };
  for (const Row& row :
       {Row{"OPERATIONAL", "ok"}, Row{"In reset", "degraded"},
        Row{"IN_RESET_AFTER_DEVICE_RELEASE", "degraded"},
        Row{"Malfunction", "failed"}, Row{"NEEDS_RESET", "failed"}}) {
    FrameworkTree machine;
    const std::string path =
        machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
    machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
    machine.tree.AddFile(path + "/status", row.status);
    EXPECT_EQ(TextOf(machine.Run(), "accelerator:accel0", "health"), row.health)
        << row.status;
  }
}

TEST(AccelProbe, UnknownStatus_IsAFaultAndNoHealth) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
  machine.tree.AddFile(path + "/status", "splendid\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/accel/accel0/device/status"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel0", "health"), nullptr);
}

TEST(AccelProbe, Amdxdna_TakesSvaFromItsFunction) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:c5:00.1", 0x1022, 0x17f0, "amdxdna");
  machine.tree.AddFile(path + "/config", ConfigBytes(0x1022, 0x17f0, false)
                                             .Express(0)
                                             .Extended(0x0f, 0x100, {0, 0x8000})
                                             .Extended(0x1b, 0x140, {0x1000, 1})
                                             .Bytes());
  machine.pci.AddGroup(3, "DMA");
  machine.tree.AddLinkTo(path + "/iommu_group", "sys/kernel/iommu_groups/3");
  machine.pci.AddIommu("ivhd0", {"0000:c5:00.1"});
  const std::string unit = "sys/devices/virtual/iommu/ivhd0/amd-iommu/";
  machine.tree.AddFile(unit + "features", "800000012\n");  // PASmax 8
  machine.tree.AddFile(unit + "cap", "1000000\n");
  machine.pci.AddClassDevice(path, "accel", "accel1", "261:1");
  machine.tree.AddFile(path + "/vbnv", "NPU Strix\n");
  machine.tree.AddFile(path + "/fw_version", "1.0.0.63\n");
  const FactSet facts = machine.Run();
  const std::string key = "accelerator:accel1";
  EXPECT_EQ(TextOf(facts, key, "grant"), "ticket");
  EXPECT_EQ(TextOf(facts, key, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, key, "sva"), "possible");
  EXPECT_EQ(TextOf(facts, key, "pasid_width"), "9");
  EXPECT_EQ(TextOf(facts, key, "pasid_enabled"), "true");
  EXPECT_EQ(TextOf(facts, key, "iommu_group"), "3");
  EXPECT_EQ(TextOf(facts, key, "model"), "NPU Strix");
  EXPECT_EQ(TextOf(facts, key, "firmware_version"), "1.0.0.63");
  EXPECT_TRUE(facts.faults.empty());
}

TEST(AccelProbe, UnknownDriver_IsOpenedByTheClient) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:07:00.0", 0x9999, 0x0002, "novelty");
  machine.pci.AddClassDevice(path, "accel", "accel2", "261:2");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:accel2", "grant"), "ticket");
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel2", "functions"), nullptr);
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel2", "sva"), nullptr);
}

}  // namespace
}  // namespace acceld::probes
