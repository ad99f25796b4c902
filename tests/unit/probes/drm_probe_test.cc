#include "probes/drm_probe.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kGpu = "accelerator:renderD128";

std::string AddAmdgpu(FrameworkTree& machine) {
  const std::string path =
      machine.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  machine.pci.AddClassDevice(path, "drm", "card0", "226:0");
  machine.tree.AddFile(path + "/mem_info_vram_total", "68702699520\n");
  machine.tree.AddFile(path + "/mem_info_vram_used", "10960896\n");
  machine.tree.AddFile(path + "/mem_info_vis_vram_total", "268435456\n");
  machine.tree.AddFile(path + "/unique_id", "18f68e602b8a790f\n");
  machine.tree.AddFile(path + "/vbios_version", "113-D67301-059\n");
  machine.tree.AddFile(path + "/fw_version/smc_fw_version", "0x00443b00\n");
  machine.tree.AddFile(path + "/fw_version/sos_fw_version", "0x0027007f\n");
  machine.tree.AddFile(path + "/fw_version/uvd_fw_version", "0x00000000\n");
  machine.tree.AddFile(path + "/ras/umc_err_count", "ue: 0\nce: 7\n");
  machine.tree.AddFile(path + "/ras/gfx_err_count", "ue: 0\nce: 0\nde: 0\n");
  return path;
}

TEST(DrmProbe, OneOfEachDriver_IsAsInTheGolden) {
  FrameworkTree machine;
  machine.tree.AddFile("proc/sys/kernel/osrelease", "6.14.2\n");
  AddAmdgpu(machine);
  const std::string xe =
      machine.AddFunction("0000:03:00.0", 0x8086, 0x56c0, "xe");
  machine.pci.AddClassDevice(xe, "drm", "renderD129", "226:129");
  machine.tree.AddFile("sys/fs/cgroup/dmem.capacity",
                       "drm/0000:03:00.0/vram0 17095983104\n");
  const std::string i915 =
      machine.AddFunction("0000:00:02.0", 0x8086, 0x9a49, "i915");
  machine.pci.AddClassDevice(i915, "drm", "renderD130", "226:130");
  const std::string nouveau =
      machine.AddFunction("0000:08:00.0", 0x10de, 0x2204, "nouveau");
  machine.pci.AddClassDevice(nouveau, "drm", "renderD131", "226:131");
  const std::string virtio =
      machine.AddFunction("0000:00:04.0", 0x1af4, 0x1050, "virtio-pci") +
      "/virtio1";
  machine.tree.AddLinkTo(virtio + "/driver",
                         "sys/bus/virtio/drivers/virtio_gpu");
  machine.pci.AddClassDevice(virtio, "drm", "renderD132", "226:132");
  ExpectGolden(FactText(machine.Run(), {"accelerator:", "memory:0000:"}),
               "probes/drm.txt");
}

TEST(DrmProbe, VirtioGpuOfAPciFunction_HasTheFunctionsOfItsOwnDriver) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:00:04.0", 0x1af4, 0x1050, "virtio-pci");
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  machine.tree.AddLinkTo(path + "/virtio1/driver",
                         "sys/bus/virtio/drivers/virtio_gpu");
  EXPECT_EQ(TextOf(machine.Run(), kGpu, "functions"), "graphics");
}

TEST(DrmProbe, MemoryOfAGpu_IsATargetThatItsNodesShare) {
  FrameworkTree machine;
  const std::string path = AddAmdgpu(machine);
  machine.pci.AddClassDevice(path, "drm", "renderD129", "226:129");
  const FactSet facts = machine.Run();
  const std::string memory = "memory:0000:83:00.0";
  EXPECT_TRUE(HasEntity(facts, memory, VertexKind::kMemoryTarget));
  EXPECT_EQ(TextOf(facts, memory, "memory_kind"), "device");
  EXPECT_EQ(FindAttribute(facts, memory, "capacity")->value,
            AttributeValue(Bytes(68'702'699'520)));
  for (const char* gpu : {kGpu, "accelerator:renderD129"}) {
    EXPECT_NE(FindRelation(facts, gpu, memory, RelationKind::kSharesMemory),
              nullptr)
        << gpu;
  }
}

TEST(DrmProbe, GpuWithoutMemoryOfItsOwn_HasNoTarget) {
  FrameworkTree machine;
  machine.tree.AddFile(AddAmdgpu(machine) + "/mem_info_vram_total", "0\n");
  EXPECT_FALSE(HasEntity(machine.Run(), "memory:0000:83:00.0",
                         VertexKind::kMemoryTarget));
}

TEST(DrmProbe, UncorrectableErrors_DegradeAGpu) {
  FrameworkTree machine;
  const std::string path = AddAmdgpu(machine);
  machine.tree.AddFile(path + "/ras/umc_err_count", "ue: 3\nce: 7\n");
  machine.tree.AddFile(path + "/ras/sdma_err_count", "ue: 1\nce: 0\n");
  machine.tree.AddFile(path + "/ras/gfx_err_count", "no idea\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kGpu, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kGpu, "health_reason"),
            "sdma: 1 uncorrectable errors; umc: 3 uncorrectable errors");
  EXPECT_EQ(
      FaultAt(facts, "/sys/class/drm/renderD128/device/ras/gfx_err_count"),
      ErrorCode::kCorruptInput);
}

TEST(DrmProbe, WindowIntoTheMemory_IsAssumedToFitIt) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:03:00.0", 0x8086, 0x56a0, "i915");
  machine.tree.AddFile(path + "/config",
                       ConfigBytes(0x8086, 0x56a0, false).Express(0).Bytes());
  machine.pci.AddClassDevice(path, "drm", "renderD128", "226:128");
  machine.tree.AddFile(
      path + "/resource",
      "0x00000000a2000000 0x00000000a2ffffff 0x0000000000140204\n"
      "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
      "0x0000004000000000 0x00000043ffffffff 0x000000000014220c\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kGpu, "memory"), "16GiB");
  EXPECT_EQ(FindAttribute(facts, kGpu, "memory")->from.evidence,
            Evidence::kAssumed);
  EXPECT_EQ(TextOf(facts, "memory:0000:03:00.0", "capacity"), "16GiB");
  // The same window of a GPU on the CPUs' die leads to the machine's memory.
  machine.tree.AddFile(path + "/config",
                       ConfigBytes(0x8086, 0x56a0, false).Express(9).Bytes());
  EXPECT_EQ(FindAttribute(machine.Run(), kGpu, "memory"), nullptr);
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
