// The two ways in which VFIO maps memory: of a container (type 1) and of an
// IOMMUFD. Part of VfioDevice.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ioctl.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "client/iova_space.h"

namespace acceld::client {

// Whole pages of this process, and where the device is to find them.
struct DmaPages {
  std::uint64_t address = 0;  // in this process
  std::uint64_t size = 0;     // bytes
  std::uint64_t iova = 0;
  bool device_reads = true;
  bool device_writes = true;
};

struct VfioState {
  explicit VfioState(const Ioctls& kernel) : ioctls(kernel) {}

  [[nodiscard]] bool by_iommufd() const { return iommufd.valid(); }
  // 0 or a negative errno.
  [[nodiscard]] int Map(const DmaPages& pages) const;
  [[nodiscard]] int Unmap(std::uint64_t iova, std::uint64_t size) const;

  const Ioctls& ioctls;
  UniqueFd device;
  UniqueFd container;
  UniqueFd group;
  UniqueFd iommufd;
  std::uint32_t ioas = 0;
  IovaSpace space{{}};
};

// The addresses that the IOMMU takes; none: the kernel does not say (Linux
// before 5.4). Errors: kIo, kPermissionDenied, kCorruptInput.
[[nodiscard]] Result<std::vector<IovaRange>> ReadIovaRanges(
    const VfioState& state);

}  // namespace acceld::client
