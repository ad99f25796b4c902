// CuseDevice: tests/vm/cuse_accelerator as a device that discovery finds: the
// node that the kernel makes for it, and an entry in /sys/class/uacce such as
// the kernel makes for a uacce device. What the daemon does with it is what it
// does with any of them.
#pragma once

#include <string>

#include "tests/vm/cases/program.h"

namespace acceld::vm {

class CuseDevice {
 public:
  // "/dev/cuse-0", said to be part of the PCI function at `address`. Fails the
  // case where there is no CUSE or no uacce in this guest.
  explicit CuseDevice(const std::string& address);
  // Takes the entry and the device away.
  ~CuseDevice();
  CuseDevice(const CuseDevice&) = delete;
  CuseDevice& operator=(const CuseDevice&) = delete;

  [[nodiscard]] std::string node() const { return "/dev/cuse-0"; }
  // Whether a process has opened it: what the device itself says.
  [[nodiscard]] bool WasOpenedBy(pid_t process) const;
  [[nodiscard]] std::string log() const { return program_.output(); }

 private:
  Program program_;
};

}  // namespace acceld::vm
