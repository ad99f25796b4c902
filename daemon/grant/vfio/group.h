// What is in an IOMMU group now, and which of its functions have to be taken
// from their drivers before a program can have it. Read from sysfs anew for
// each bind: a snapshot is old by then. Pure but for reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sys_root.h"
#include "probes/vfio_offers.h"

namespace acceld::daemon::vfio {

// A function that acceld takes from its driver, and how it was before.
struct TakenFunction {
  // Taken of one group at most: a device has eight functions, a conventional
  // bus 32 devices.
  static constexpr std::size_t kMost = 256;

  std::string address;
  std::string driver;           // empty: none was bound
  std::string driver_override;  // empty: none was set
  friend bool operator==(const TakenFunction&, const TakenFunction&) = default;
};

// A device that is to be opened by VFIO.
struct Target {
  std::string name;  // "0000:3a:00.0", or an mdev's UUID: what VFIO calls it
  std::string path;  // "sys/bus/pci/devices/0000:3a:00.0"
  bool is_pci = false;
};

// The group of the device. Errors: kDeviceGone, kUnsupported (in no group, or
// no IOMMU confines it), kCorruptInput.
[[nodiscard]] Result<int> GroupOf(const SysRoot& root, const Target& target);

// The driver that is bound to the PCI function; empty: none.
// Errors: kDeviceGone, kIo.
[[nodiscard]] Result<std::string> DriverOf(const SysRoot& root,
                                           const std::string& address);
// Its driver_override; empty: none is set. Errors: kNotFound, kIo.
[[nodiscard]] Result<std::string> OverrideOf(const SysRoot& root,
                                             const std::string& address);
[[nodiscard]] bool IsVfioDriver(std::string_view driver);

// The functions of `group` to be taken so that `leader` can be opened: the
// leader where no VFIO driver holds it, and every member that a driver of the
// kernel holds. By the rules of probes/vfio_group.h.
// Errors: kBusy (a member may not be taken), kUnsupported (too many), kIo,
// kDeviceGone.
[[nodiscard]] Result<std::vector<TakenFunction>> FunctionsToTake(
    const SysRoot& root, int group, const std::string& leader,
    const probes::VfioOffers& offers);

}  // namespace acceld::daemon::vfio
