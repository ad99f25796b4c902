#include "daemon/grant/device_opener.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "base/sys_root.h"

namespace acceld::daemon {

Result<UniqueFd> NodeOpener::Open(const std::string& path, dev_t device) const {
  const UniqueFd pin(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!pin.valid()) {
    return Fail(ErrorCode::kDeviceGone, "the device node is gone");
  }
  struct stat status {};
  if (::fstat(pin.get(), &status) != 0) return FailErrno("fstat", errno);
  if (!S_ISCHR(status.st_mode) || status.st_rdev != device) {
    return Fail(ErrorCode::kDeviceGone,
                "the device node belongs to another device now");
  }
  const std::string self = "/proc/self/fd/" + std::to_string(pin.get());
  UniqueFd fd(::open(self.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return FailErrno("open the device", errno);
  return fd;
}

Result<DeviceNode> NodeOf(const AttributeView& device) {
  const AttributeValue* path = device.Get(attr::kNodePath);
  const AttributeValue* number = device.Get(attr::kDeviceNumber);
  const auto* path_text =
      path == nullptr ? nullptr : std::get_if<std::string>(path);
  const auto* number_text =
      number == nullptr ? nullptr : std::get_if<std::string>(number);
  if (path_text == nullptr || number_text == nullptr) {
    return Fail(ErrorCode::kUnsupported, "it has no device node");
  }
  const auto colon = number_text->find(':');
  if (colon == std::string::npos) {
    return Fail(ErrorCode::kCorruptInput, "device number: " + *number_text);
  }
  ACCELD_TRY(const auto major_number,
             ParseInteger(std::string_view(*number_text).substr(0, colon)));
  ACCELD_TRY(const auto minor_number,
             ParseInteger(std::string_view(*number_text).substr(colon + 1)));
  return DeviceNode{*path_text, makedev(static_cast<unsigned>(major_number),
                                        static_cast<unsigned>(minor_number))};
}

}  // namespace acceld::daemon
