#include "daemon/grant/vfio/sysfs_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace acceld::daemon::vfio {

Status LiveSysfsWriter::Write(std::string_view path,
                              std::string_view text) const {
  const std::string absolute = "/" + std::string(path);
  const UniqueFd fd(::open(absolute.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return FailErrno(absolute, errno);
  // Not again after a signal: what a driver did by then is not known, and a
  // write to sysfs is not interrupted once its handler runs.
  const ssize_t written = ::write(fd.get(), text.data(), text.size());
  if (written < 0) return FailErrno("write to " + absolute, errno);
  if (static_cast<std::size_t>(written) == text.size()) return {};
  return Fail(ErrorCode::kIo, absolute + ": took only part of what it is");
}

}  // namespace acceld::daemon::vfio
