#include "probes/drm_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kGpu = "accelerator:renderD128";

TEST(DrmProbe, Amdgpu_IsAnAcceleratorOnItsFunction) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  machine.pci.AddClassDevice(path, "drm", "card0", "226:0");
  machine.tree.AddFile(path + "/mem_info_vram_total", "68702699520\n");
  const FactSet facts = machine.Run();
  EXPECT_TRUE(HasEntity(facts, kGpu, VertexKind::kAccelerator));
  EXPECT_EQ(TextOf(facts, kGpu, "framework"), "drm");
  EXPECT_EQ(TextOf(facts, kGpu, "driver"), "amdgpu");
  EXPECT_EQ(TextOf(facts, kGpu, "node"), "/dev/dri/renderD128");
  EXPECT_EQ(TextOf(facts, kGpu, "device_number"), "226:128");
  EXPECT_EQ(TextOf(facts, kGpu, "functions"), "compute/gpu,graphics,video");
  EXPECT_EQ(TextOf(facts, kGpu, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kGpu, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, kGpu, "sva"), "no");
  EXPECT_EQ(FindAttribute(facts, kGpu, "memory")->value,
            AttributeValue(Bytes(68'702'699'520)));
  // What the function has, the thing that is granted has too.
  EXPECT_EQ(TextOf(facts, kGpu, "vendor"), "1002");
  EXPECT_EQ(TextOf(facts, kGpu, "device"), "740f");
  EXPECT_EQ(TextOf(facts, kGpu, "address"), "0000:83:00.0");
  EXPECT_EQ(TextOf(facts, kGpu, "numa_node"), "1");
  EXPECT_NE(FindRelation(facts, kGpu, "pci:0000:83:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
  EXPECT_NE(FindLink(facts, "pci:0000:83:00.0", kGpu), nullptr);
  EXPECT_FALSE(HasEntity(facts, "accelerator:card0", VertexKind::kAccelerator));
}

TEST(DrmProbe, DeviceMemoryCgroup_GivesVramWhereTheDriverDoesNot) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:03:00.0", 0x8086, 0x56c0, "xe");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  machine.tree.AddFile("sys/fs/cgroup/dmem.capacity",
                       "drm/0000:03:00.0/stolen 67108864\n"
                       "drm/0000:03:00.0/vram0 8589934592\n"
                       "drm/0000:03:00.0/vram1 4294967296\n"
                       "drm/0000:04:00.0/vram0 1\n");
  EXPECT_EQ(TextOf(machine.Run(), kGpu, "memory"), "12GiB");
}

TEST(DrmProbe, GpuBehindVirtio_BelongsToThePciFunction) {
  FrameworkTree machine;
  const std::string function =
      machine.AddFunction("0000:00:02.0", 0x1af4, 0x1050, "virtio-pci");
  const std::string device = function + "/virtio1";
  machine.tree.AddLinkTo(device + "/driver",
                         "sys/bus/virtio/drivers/virtio_gpu");
  machine.pci.AddClassDevice(device, "drm", "renderD129", "226:129");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:renderD129", "driver"), "virtio_gpu");
  EXPECT_EQ(TextOf(facts, "accelerator:renderD129", "functions"), "graphics");
  EXPECT_NE(FindRelation(facts, "accelerator:renderD129", "pci:0000:00:02.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
}

TEST(DrmProbe, GpuOfASystemOnChip_BelongsToAPlatformDevice) {
  FrameworkTree machine;
  const std::string device = "sys/devices/platform/fb000000.gpu";
  machine.tree.AddLinkTo(device + "/driver",
                         "sys/bus/platform/drivers/panthor");
  machine.pci.AddGroup(12, "DMA");
  machine.tree.AddLinkTo(device + "/iommu_group", "sys/kernel/iommu_groups/12");
  machine.pci.AddClassDevice(device, "drm", "renderD128", "226:128");
  const FactSet facts = machine.Run();
  const std::string owner = "platform:fb000000.gpu";
  EXPECT_TRUE(HasEntity(facts, owner, VertexKind::kPlatformDevice));
  EXPECT_EQ(TextOf(facts, owner, "iommu_group"), "12");
  EXPECT_NE(FindLink(facts, "numa:0", owner), nullptr);
  EXPECT_EQ(FindAttribute(facts, owner, "numa_node")->from.evidence,
            Evidence::kAssumed);
  EXPECT_NE(FindLink(facts, owner, kGpu), nullptr);
  EXPECT_EQ(TextOf(facts, kGpu, "iommu_group"), "12");
  EXPECT_EQ(TextOf(facts, kGpu, "functions"), "compute/gpu,graphics");
  EXPECT_TRUE(facts.faults.empty());
}

TEST(DrmProbe, UnknownDriver_OffersNoFunction) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:05:00.0", 0x9999, 0x0001, "novelty");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kGpu, "driver"), "novelty");
  EXPECT_EQ(FindAttribute(facts, kGpu, "functions"), nullptr);
  EXPECT_EQ(TextOf(facts, kGpu, "grant"), "fd");
}

TEST(DrmProbe, DeviceNumberAndMemoryThatLie_AreFaults) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:05:00.0", 0x1002, 0x0001, "amdgpu");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "1:3:5");
  machine.tree.AddFile(path + "/mem_info_vram_total", "-4\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/drm/renderD128/dev"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(
      FaultAt(facts, "/sys/class/drm/renderD128/device/mem_info_vram_total"),
      ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, kGpu, "device_number"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kGpu, "memory"), nullptr);
  EXPECT_EQ(TextOf(facts, kGpu, "functions"), "compute/gpu,graphics,video");
}

}  // namespace
}  // namespace acceld::probes
