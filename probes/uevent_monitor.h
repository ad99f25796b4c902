// UeventMonitor: the kernel's own uevents, as they happen. Reads the kobject
// netlink group itself (libudev's "kernel" monitor), not udevd's copy of it:
// nothing waits for udev's rules, and there need be no udevd. Messages that
// processes send to the group are dropped by libudev; what the kernel sends is
// believed to be an event, and its text is not.
//
// Works without privilege. In a network namespace that does not belong to the
// initial user namespace the kernel sends no events of hardware.
// Single-threaded.
// Source: Linux lib/kobject_uevent.c; libudev(3).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/result.h"
#include "probes/uevent.h"

struct udev_monitor;

namespace acceld::probes {

class UeventMonitor {
 public:
  // Follows from now on: open it before the machine is probed, and nothing is
  // missed. Errors: kPermissionDenied, kUnsupported (a kernel without uevents),
  // kIo, kNoMemory.
  [[nodiscard]] static Result<UeventMonitor> Open();

  // Readable when events wait; non-blocking; the monitor's own.
  [[nodiscard]] int fd() const;

  struct Batch {
    std::vector<Uevent> events;  // at most kMostAtOnce
    // The socket's buffer overflowed, or the socket failed: some events will
    // never come.
    bool lost = false;
  };
  // What waits, up to kMostAtOnce events: a storm must not keep a loop from its
  // other work.
  static constexpr std::size_t kMostAtOnce = 256;
  [[nodiscard]] Batch Receive();

 private:
  struct Closer {
    void operator()(udev_monitor* monitor) const;
  };
  using Handle = std::unique_ptr<udev_monitor, Closer>;
  explicit UeventMonitor(Handle monitor) : monitor_(std::move(monitor)) {}

  Handle monitor_;
};

}  // namespace acceld::probes
