#include "client/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"

namespace acceld::client {
namespace {

Status WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno("write", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status WriteNew(const std::string& path, int flags, std::string_view text) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644));
  if (!file.valid()) return FailErrno("cannot write " + path, errno);
  Status done = WriteAll(file.get(), text);
  file.Reset();
  if (!done && (flags & O_CREAT) != 0) (void)::unlink(path.c_str());
  return done;
}

}  // namespace

Status WriteFile(const std::string& path, std::string_view text, bool force) {
  struct stat found {};
  const bool is_there = ::stat(path.c_str(), &found) == 0;
  // A pipe, a terminal or a device is written to, not replaced.
  if (is_there && !S_ISREG(found.st_mode)) return WriteNew(path, 0, text);
  if (!force) {
    if (is_there) {
      return Fail(ErrorCode::kInvalidArgument,
                  path + " is there already; --force replaces it");
    }
    return WriteNew(path, O_CREAT | O_EXCL, text);
  }
  // Never a file that is there: in a directory of all (/tmp), it would be
  // another user's, who could change it afterwards.
  const std::string draft = path + ".part" + std::to_string(::getpid());
  ACCELD_TRY_VOID(WriteNew(draft, O_CREAT | O_EXCL, text));
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const int why = errno;
    (void)::unlink(draft.c_str());
    return FailErrno("cannot write " + path, why);
  }
  return {};
}

}  // namespace acceld::client
