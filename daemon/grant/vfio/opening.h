// Opening a device by VFIO: by its own node and an IOMMUFD where the kernel has
// both, else by its group and a container. Device and IOMMU are attached to
// each other and nothing is mapped: the client maps its own memory.
//
// Source: Documentation/driver-api/vfio.rst; drivers/vfio/{group,container,
// device_cdev}.c; Documentation/userspace-api/iommufd.rst.
// Thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/ioctl.h"
#include "base/result.h"
#include "base/sys_root.h"
#include "base/unique_fd.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/vfio/group.h"

namespace acceld::daemon::vfio {

struct OpenDevice {
  UniqueFd device;
  // Either these two ...
  UniqueFd container;
  UniqueFd group;
  // ... or these.
  UniqueFd iommufd;
  std::uint32_t ioas = 0;  // the IOMMUFD's address space for the device

  [[nodiscard]] bool by_group() const { return group.valid(); }
};

class Opening {
 public:
  // All must outlive it.
  Opening(const SysRoot& root, const DeviceOpener& opener, const Ioctls& ioctls)
      : root_(root), opener_(opener), ioctls_(ioctls) {}

  // Errors: kBusy (somebody has it, or another member of the group),
  // kDeviceGone, kUnsupported (no VFIO for it, no interrupt remapping),
  // kPermissionDenied, kIo.
  [[nodiscard]] Result<OpenDevice> Open(const Target& target, int group) const;
  // Whether nobody has it open by VFIO: by trying, which the kernel allows one
  // at a time. A device that no VFIO driver holds is closed.
  // Errors: kBusy (it is open), kIo, kNoMemory.
  [[nodiscard]] Status ProveClosed(const Target& target, int group) const;
  // The number of the node by which clients hold it; nothing where there is
  // none. Errors: kIo, kCorruptInput.
  [[nodiscard]] Result<std::vector<dev_t>> NodesOf(const Target& target,
                                                   int group) const;
  // Errors: kUnsupported (it has no reset), kIo.
  [[nodiscard]] Status Reset(const OpenDevice& device) const;

 private:
  struct Node {
    std::string path;
    dev_t number = 0;
  };
  [[nodiscard]] Result<std::vector<Node>> CdevOf(const Target& target) const;
  [[nodiscard]] Result<std::vector<Node>> NodeAt(const std::string& directory,
                                                 std::string path) const;
  [[nodiscard]] Result<UniqueFd> OpenNode(const Node& node) const;
  [[nodiscard]] Result<OpenDevice> OpenByGroup(const Target& target,
                                               const Node& group,
                                               const Node& container) const;
  [[nodiscard]] Status AttachGroup(const OpenDevice& opened) const;
  [[nodiscard]] Result<OpenDevice> OpenByCdev(const Node& device,
                                              const Node& iommu) const;

  const SysRoot& root_;
  const DeviceOpener& opener_;
  const Ioctls& ioctls_;
};

}  // namespace acceld::daemon::vfio
