// A GPU that can be divided into mediated devices, one of which exists, in a
// FrameworkTree, from the kernel's ABI document. Tests only.
#pragma once

#include <string>
#include <string_view>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct MdevTree : FrameworkTree {
  static constexpr const char* kParent = "accelerator:mdev-0000:00:02.0";
  static constexpr const char* kUuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
  static constexpr const char* kEngine =
      "engine:mdev-83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

  MdevTree() {
    PciSpec gpu;
    gpu.address = "0000:00:02.0";
    gpu.below = "pci0000:00";
    gpu.vendor = 0x8086;
    gpu.device = 0x3e92;
    gpu.class_code = 0x030000;
    gpu.driver = "i915";
    gpu.iommu_group = 1;
    parent = pci.Add(gpu);
    pci.AddGroup(1, "DMA");
    pci.AddGroup(33, "unknown");
    pci.AddClassDevice(parent, "drm", "renderD128", "226:128");
    tree.AddLinkTo("sys/class/mdev_bus/0000:00:02.0", parent);
    AddType("i915-GVTg_V5_4", "1\n");
    AddType("i915-GVTg_V5_8", "2\n");
    device = parent + "/" + kUuid;
    tree.AddLinkTo(device + "/mdev_type", TypePath("i915-GVTg_V5_4"));
    tree.AddLinkTo(device + "/driver", "sys/bus/mdev/drivers/vfio_mdev");
    tree.AddLinkTo(device + "/iommu_group", "sys/kernel/iommu_groups/33");
    tree.AddFile(device + "/vfio-dev/vfio5/dev", "234:5\n");
    tree.AddLinkTo(TypePath("i915-GVTg_V5_4") + "/devices/" + kUuid, device);
    tree.AddFile("sys/devices/virtual/vfio/33/dev", "240:33\n");
    tree.AddLinkTo("sys/class/vfio/33", "sys/devices/virtual/vfio/33");
    tree.AddFile("proc/sys/kernel/osrelease", "6.12.0-test\n");
  }

  void AddType(const std::string& type, std::string_view available) {
    const std::string path = TypePath(type);
    tree.AddFile(path + "/name", type.substr(type.find('-') + 1) + "\n");
    tree.AddFile(path + "/description",
                 "low_gm_size: 128MB\nresolution: 1920x1200\n");
    tree.AddFile(path + "/device_api", "vfio-pci\n");
    tree.AddFile(path + "/available_instances", available);
    tree.AddDirectory(path + "/devices");
  }
  [[nodiscard]] std::string TypePath(const std::string& type) const {
    return parent + "/mdev_supported_types/" + type;
  }

  std::string parent;  // directories
  std::string device;
};

}  // namespace acceld::testing
