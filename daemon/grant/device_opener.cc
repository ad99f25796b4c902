#include "daemon/grant/device_opener.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

#include "base/sys_root.h"

namespace acceld::daemon {
namespace {

// The kernel's dev_t has 12 bits of major and 20 of minor number
// (include/linux/kdev_t.h).
constexpr std::int64_t kMaxMajor = (std::int64_t{1} << 12) - 1;
constexpr std::int64_t kMaxMinor = (std::int64_t{1} << 20) - 1;

Result<unsigned> ParsePart(std::string_view text, std::int64_t max) {
  ACCELD_TRY(const std::int64_t part, ParseInteger(text));
  if (part < 0 || part > max) {
    return Fail(ErrorCode::kCorruptInput,
                "device number out of range: " + std::string(text));
  }
  return static_cast<unsigned>(part);
}

// What open(2) of a node's path says where the node is not there any more.
bool IsAbsence(int error) {
  return error == ENOENT || error == ENOTDIR || error == ENODEV ||
         error == ENXIO || error == ELOOP;
}

}  // namespace

Result<UniqueFd> PinNode(const std::string& path, dev_t device) {
  UniqueFd pin(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!pin.valid()) {
    if (!IsAbsence(errno)) return FailErrno("find the device node", errno);
    return Fail(ErrorCode::kDeviceGone, "the device node is gone");
  }
  struct stat status {};
  if (::fstat(pin.get(), &status) != 0) return FailErrno("fstat", errno);
  if (!S_ISCHR(status.st_mode) || status.st_rdev != device) {
    return Fail(ErrorCode::kDeviceGone,
                "the device node belongs to another device now");
  }
  return pin;
}

Result<UniqueFd> OpenPinned(const OpenToken& /*token*/, int pin) {
  const std::string self = "/proc/self/fd/" + std::to_string(pin);
  UniqueFd fd(::open(self.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) {
    if (!IsAbsence(errno)) return FailErrno("open the device", errno);
    return Fail(ErrorCode::kDeviceGone, "the device is gone");
  }
  return fd;
}

Result<UniqueFd> NodeOpener::Open(const OpenToken& token,
                                  const std::string& path, dev_t device) const {
  ACCELD_TRY(const UniqueFd pin, PinNode(path, device));
  return OpenPinned(token, pin.get());
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
  const std::string_view text = *number_text;
  ACCELD_TRY(const unsigned major_number,
             ParsePart(text.substr(0, colon), kMaxMajor));
  ACCELD_TRY(const unsigned minor_number,
             ParsePart(text.substr(colon + 1), kMaxMinor));
  return DeviceNode{*path_text, makedev(major_number, minor_number)};
}

}  // namespace acceld::daemon
