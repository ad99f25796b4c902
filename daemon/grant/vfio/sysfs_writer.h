// SysfsWriter: writes attributes of sysfs. The seam through which tests put a
// kernel that reacts. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::daemon::vfio {

class SysfsWriter {
 public:
  virtual ~SysfsWriter() = default;
  // Writes `text` to the attribute `path` ("sys/bus/pci/drivers/nvme/unbind")
  // by one write(2); nothing is ever created. May block while a driver binds.
  // Errors: kNotFound, kPermissionDenied, kBusy, kNoMemory, kIo (with the
  // errno that the kernel's handler of the attribute gave).
  [[nodiscard]] virtual Status Write(std::string_view path,
                                     std::string_view text) const = 0;
};

class LiveSysfsWriter final : public SysfsWriter {
 public:
  [[nodiscard]] Status Write(std::string_view path,
                             std::string_view text) const override;
};

}  // namespace acceld::daemon::vfio
