// Nodes that programs open besides a device's own, and that belong to no device
// alone: of the driver as a whole, or of a part that the device is. Without
// them its node is of no use in a container. As FindDeviceNode() does, each is
// looked at first: a name with another device behind it is none. VFIO is not
// among them: a process has its devices by descriptors. Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {

// Major numbers of character devices by the name of who drives them: those that
// the kernel gives out anew at each start are known by it alone.
using CharacterDrivers = std::map<std::string, unsigned, std::less<>>;

// `text`: of /proc/devices, whose lines are passed over where they say nothing
// of the kind. Source: Documentation/filesystems/proc.rst, devices.
[[nodiscard]] CharacterDrivers ParseCharacterDrivers(std::string_view text);
// Of this kernel. Errors: kPermissionDenied, kIo.
[[nodiscard]] Result<CharacterDrivers> ReadCharacterDrivers();

// What decides which nodes there are.
struct CompanionFacts {
  std::string framework;  // of the device: "nvidia", "drm"
  std::string driver;     // of its function: "amdgpu"
  // `capability_nodes` of an engine, a MIG instance.
  std::vector<std::string> capability_nodes;
  std::string render_node;  // of a KFD device: the same GPU's
};

// nvidia: /dev/nvidiactl, nvidia-uvm, nvidia-uvm-tools, nvidia-modeset, and of
// a MIG instance its capabilities. drm by amdgpu: /dev/kfd, through which a
// process gets at no GPU whose render node it may not open; kfd: that render
// node. Those that are not there are passed over: nobody need load them all.
// `root` as for FindDeviceNode(). Errors: kDeviceGone (something else is at a
// path), kPermissionDenied, kIo. Source: the NVIDIA modules' nv-linux.h
// (NV_MAJOR_DEVICE_NUMBER and the minor numbers of its control nodes),
// uvm_common.h, nv-caps.c; the kernel's kfd_chardev.c
// (kfd_devcgroup_check_permission, one minor).
[[nodiscard]] Result<std::vector<DeviceNode>> FindCompanionNodes(
    const CompanionFacts& facts, const CharacterDrivers& drivers,
    const std::string& root = {});

}  // namespace acceld::cdi
