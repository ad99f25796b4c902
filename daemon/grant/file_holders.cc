#include "daemon/grant/file_holders.h"

#include <dirent.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>

namespace acceld::daemon {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { (void)::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

enum class Same { kYes, kNo, kNotKnown };

Same Compare(int file, pid_t pid, unsigned long theirs) {
  const long order = ::syscall(SYS_kcmp, ::getpid(), pid, KCMP_FILE,
                               static_cast<unsigned long>(file), theirs);
  if (order >= 0) return order == 0 ? Same::kYes : Same::kNo;
  // It ended, or closed the descriptor, meanwhile.
  return errno == ESRCH || errno == EBADF ? Same::kNo : Same::kNotKnown;
}

// Whether a process that holds `device` holds it through `file`.
bool Holds(const Holder& holder, int file, dev_t device, uid_t user) {
  if (holder.pid == 0) return true;
  const std::string path = "/proc/" + std::to_string(holder.pid) + "/fd";
  const Directory directory(::opendir(path.c_str()));
  if (directory == nullptr) return errno != ENOENT && errno != ESRCH;
  bool has_descriptor = false;
  while (const dirent* entry = ::readdir(directory.get())) {
    char* end = nullptr;
    const unsigned long theirs = std::strtoul(entry->d_name, &end, 10);
    if (end == entry->d_name || *end != '\0') continue;
    struct stat status {};
    const int descriptors = ::dirfd(directory.get());
    if (::fstatat(descriptors, entry->d_name, &status, 0) != 0) continue;
    if (!S_ISCHR(status.st_mode) || status.st_rdev != device) continue;
    has_descriptor = true;
    if (Compare(file, holder.pid, theirs) != Same::kNo) return true;
  }
  return !has_descriptor && holder.user == user;
}

}  // namespace

Result<std::vector<Holder>> KeepHoldersOf(int file, dev_t device, uid_t user,
                                          std::vector<Holder> holders) {
  std::erase_if(holders, [&](const Holder& holder) {
    return holder.pid == ::getpid() || !Holds(holder, file, device, user);
  });
  return holders;
}

}  // namespace acceld::daemon
