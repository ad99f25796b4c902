#include "base/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace acceld {

void UniqueFd::Reset(int fd) {
  // Linux releases the descriptor even where close() reports an error, so
  // there is nothing to retry.
  if (fd_ >= 0) (void)::close(fd_);
  fd_ = fd;
}

Result<UniqueFd> UniqueFd::Duplicate() const { return DuplicateFd(fd_); }

Result<UniqueFd> DuplicateFd(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return FailErrno("duplicate a descriptor", errno);
  return UniqueFd(copy);
}

}  // namespace acceld
