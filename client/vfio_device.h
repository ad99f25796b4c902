// VfioDevice: a device that this process drives by itself, and the memory that
// it lets the device reach. acceld opened and attached the device; nothing is
// mapped until the owner of the memory does.
//
// The objects belong to one thread at a time. A mapping may outlive the device
// object; the device is free when all of them are gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "api/session.h"
#include "base/ioctl.h"
#include "base/result.h"

namespace acceld::client {

struct VfioMapOptions {
  bool device_reads = true;
  bool device_writes = true;
  // The highest address that the device can form: (1 << 28) - 1 for one whose
  // DMA has 28 bits. No register tells; its manual does.
  std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
};

struct VfioState;  // descriptors and addresses, shared by what is mapped

// Memory that the device reaches, until the object goes.
class VfioMapping {
 public:
  // What to write into the device's registers for the first byte. The address
  // in this process wherever the IOMMU and the device take it.
  [[nodiscard]] std::uint64_t device_address() const { return iova_ + offset_; }
  [[nodiscard]] std::span<std::byte> memory() const { return memory_; }

  VfioMapping(VfioMapping&& other) noexcept = default;
  VfioMapping& operator=(VfioMapping&& other) noexcept;
  VfioMapping(const VfioMapping&) = delete;
  VfioMapping& operator=(const VfioMapping&) = delete;
  // Requires: the device no longer uses the memory; what it still does to it
  // is refused by the IOMMU.
  ~VfioMapping();

 private:
  friend class VfioDevice;
  VfioMapping(std::shared_ptr<VfioState> state, std::span<std::byte> memory)
      : state_(std::move(state)), memory_(memory) {}
  void Unmap() noexcept;

  std::shared_ptr<VfioState> state_;  // null: moved from
  std::span<std::byte> memory_;
  std::uint64_t iova_ = 0;    // of the page that memory_ begins in
  std::uint64_t offset_ = 0;  // of memory_ in it
  std::uint64_t size_ = 0;    // of the pages; 0: not mapped
};

// Whether it is of a VFIO device.
[[nodiscard]] bool IsVfio(const api::Grant& grant);

class VfioDevice {
 public:
  // Memory that is mapped at once at most: all of it is made resident.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 40;

  // Of the grants of one stage and replica, which are used up. `ioctls` must
  // outlive the device and its mappings. Errors: kUnsupported (they are no
  // VFIO device's), kBusy (a descriptor was taken before), kIo,
  // kPermissionDenied, kCorruptInput.
  [[nodiscard]] static Result<VfioDevice> Open(
      std::vector<api::Grant> grants, const Ioctls& ioctls = TheKernel());

  // The device: regions, interrupts, reset (<linux/vfio.h>).
  [[nodiscard]] int fd() const;

  // Lets the device reach `memory`, which may be a link buffer's, and must stay
  // mapped here as long. Whole pages: what else is in the first and the last
  // page is reached too. The pages are made resident and cannot be swapped
  // out. Where two mappings share a page, the second has another address.
  // Errors: kInvalidArgument (nothing, or more than kMostBytes), kNoMemory
  // (also: more than this process may lock, RLIMIT_MEMLOCK), kUnsupported (no
  // address that the device can form is free), kPermissionDenied (the memory
  // is read-only), kIo.
  [[nodiscard]] Result<VfioMapping> Map(std::span<std::byte> memory,
                                        const VfioMapOptions& options = {});

 private:
  explicit VfioDevice(std::shared_ptr<VfioState> state)
      : state_(std::move(state)) {}
  std::shared_ptr<VfioState> state_;
};

}  // namespace acceld::client
