#include "integrations/kubernetes/dra/instance_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace acceld::dra {

Result<UniqueFd> TryLock(const std::string& path) {
  UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return FailErrno("open " + path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) {
    return Fail(ErrorCode::kBusy, path + ": another instance serves");
  }
  return FailErrno("lock " + path, errno);
}

}  // namespace acceld::dra
