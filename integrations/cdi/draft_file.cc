#include "integrations/cdi/draft_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace acceld::cdi {
namespace {

// Whether the lock is this process's and the file still has its name: between
// open and lock somebody else may have removed it.
bool IsOurs(const UniqueFd& file) {
  struct stat status {};
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 &&
         ::fstat(file.get(), &status) == 0 && status.st_nlink > 0;
}

Status Unlink(int directory, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT) {
    return FailErrno("remove", errno);
  }
  return {};
}

}  // namespace

Result<UniqueFd> CreateDraft(int directory, const std::string& name) {
  ACCELD_TRY_VOID(RemoveAbandonedDraft(directory, name));
  UniqueFd file(::openat(directory, name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         0600));
  if (!file.valid() && errno != EEXIST) return FailErrno("create", errno);
  if (!file.valid() || !IsOurs(file)) {
    return Fail(ErrorCode::kBusy, "somebody else writes it");
  }
  return file;
}

Status RemoveAbandonedDraft(int directory, const std::string& name) {
  const UniqueFd file(::openat(directory, name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) {
    if (errno == ENOENT) return {};
    // A link: no writer makes one.
    if (errno == ELOOP) return Unlink(directory, name);
    return FailErrno("open", errno);
  }
  if (!IsOurs(file)) return {};
  return Unlink(directory, name);
}

}  // namespace acceld::cdi
