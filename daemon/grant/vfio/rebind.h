// Taking a PCI function from its driver for vfio-pci, and giving it back. Every
// step looks at what is there first, so that each may be begun again after it
// failed half-way, in this process or in the next.
//
//   driver_override = vfio-pci -> unbind from its driver -> bind to vfio-pci
//
// Source: Documentation/ABI/testing/sysfs-bus-pci (driver_override, bind,
// unbind), drivers/base/bus.c, drivers/pci/pci-driver.c.
#pragma once

#include "base/result.h"
#include "base/sys_root.h"
#include "daemon/grant/vfio/group.h"
#include "daemon/grant/vfio/journal.h"
#include "daemon/grant/vfio/sysfs_writer.h"

namespace acceld::daemon::vfio {

class Rebinder {
 public:
  // Both must outlive it.
  Rebinder(const SysRoot& root, const SysfsWriter& writer)
      : root_(root), writer_(writer) {}

  // Errors: kUnsupported (vfio-pci is not loaded).
  [[nodiscard]] Status CheckLoaded() const;
  // Takes the function from its driver; vfio-pci holds it then. Where it fails
  // the function may be anywhere on the way: GiveBack() it.
  // Errors: kDeviceGone, kIo, kBusy, kPermissionDenied, kNotFound.
  [[nodiscard]] Status Take(const TakenFunction& function) const;
  // Makes the function as it was before Take(), wherever it is on the way; one
  // that is gone, or that somebody has bound to another driver meanwhile, is
  // left so. Goes on after a step that fails, and returns the first fault.
  // Requires: nobody has it open, or the kernel waits until it is closed.
  // Errors: as Take().
  [[nodiscard]] Status GiveBack(const TakenFunction& function) const;
  // All of them, the last that was taken first.
  [[nodiscard]] Status GiveBack(const Undo& undo) const;

 private:
  [[nodiscard]] Status WriteDriver(const std::string& driver,
                                   const char* attribute,
                                   const std::string& address) const;

  const SysRoot& root_;
  const SysfsWriter& writer_;
};

}  // namespace acceld::daemon::vfio
