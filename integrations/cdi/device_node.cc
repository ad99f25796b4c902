#include "integrations/cdi/device_node.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <charconv>

#include "base/unique_fd.h"

namespace acceld::cdi {
namespace {

// The kernel's dev_t has 12 bits of major and 20 of minor number
// (include/linux/kdev_t.h).
constexpr unsigned kMaxMajor = (1U << 12) - 1;
constexpr unsigned kMaxMinor = (1U << 20) - 1;

bool ParsePart(std::string_view text, unsigned max, unsigned& part) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, part);
  return parsed.ec == std::errc() && parsed.ptr == end && part <= max;
}

}  // namespace

Result<dev_t> ParseDeviceNumber(std::string_view text) {
  const auto colon = text.find(':');
  unsigned major_number = 0;
  unsigned minor_number = 0;
  if (colon == std::string_view::npos ||
      !ParsePart(text.substr(0, colon), kMaxMajor, major_number) ||
      !ParsePart(text.substr(colon + 1), kMaxMinor, minor_number)) {
    return Fail(ErrorCode::kInvalidArgument,
                "no device number: " + std::string(text));
  }
  return makedev(major_number, minor_number);
}

Result<DeviceNode> FindDeviceNode(const std::string& path, dev_t number,
                                  const std::string& root) {
  if (!path.starts_with('/')) {
    return Fail(ErrorCode::kInvalidArgument, path + ": no absolute path");
  }
  const std::string there = root + path;
  const UniqueFd pin(::open(there.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!pin.valid()) return FailErrno(there, errno);
  struct stat status {};
  if (::fstat(pin.get(), &status) != 0) return FailErrno(there, errno);
  if (!S_ISCHR(status.st_mode)) {
    return Fail(ErrorCode::kDeviceGone, there + ": no character device");
  }
  if (status.st_rdev != number) {
    return Fail(ErrorCode::kDeviceGone,
                there + ": another device, " +
                    std::to_string(major(status.st_rdev)) + ":" +
                    std::to_string(minor(status.st_rdev)) + " instead of " +
                    std::to_string(major(number)) + ":" +
                    std::to_string(minor(number)));
  }
  DeviceNode node;
  node.path = path;
  node.type = 'c';
  node.major = major(number);
  node.minor = minor(number);
  node.permissions = "rw";  // not 'm': nobody need make nodes in there
  return node;
}

}  // namespace acceld::cdi
