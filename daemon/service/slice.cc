#include "daemon/service/slice.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sstream>

#include "base/unique_fd.h"

namespace acceld::daemon {
namespace {

// "Uid:\t1000\t1000\t1000\t1000". Any of the four: a set-user-id program that
// the process runs meanwhile changes none but the effective and saved ones.
bool HasUser(const std::string& status, uid_t user) {
  constexpr std::string_view kName = "\nUid:";
  const auto at = status.find(kName);
  if (at == std::string::npos) return false;
  std::istringstream words(status.substr(at + kName.size()));
  for (int i = 0; i < 4; ++i) {
    uid_t id = 0;
    if (!(words >> id)) return false;
    if (id == user) return true;
  }
  return false;
}

}  // namespace

std::string ParseSlice(std::string_view cgroups) {
  constexpr std::string_view kUnified = "0::";
  constexpr std::string_view kRemoved = " (deleted)";
  while (!cgroups.empty()) {
    const std::string_view line = cgroups.substr(0, cgroups.find('\n'));
    cgroups.remove_prefix(std::min(cgroups.size(), line.size() + 1));
    if (!line.starts_with(kUnified)) continue;
    const std::string_view path = line.substr(kUnified.size());
    const bool is_outside = path == "/.." || path.starts_with("/../");
    if (!path.starts_with('/') || is_outside || path.ends_with(kRemoved)) {
      return {};
    }
    return std::string(path);
  }
  return {};
}

std::string SliceOf(pid_t pid, uid_t user, const SysRoot& root) {
  if (pid <= 0) return {};
  // Opened before and asked after: what is read between is of one process.
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid()) return {};
  const std::string directory = "proc/" + std::to_string(pid);
  const auto status = root.ReadFile(directory + "/status");
  const auto cgroups = root.ReadFile(directory + "/cgroup");
  const bool is_there =
      ::syscall(SYS_pidfd_send_signal, process.get(), 0, nullptr, 0) == 0 ||
      errno == EPERM;
  if (!status || !cgroups || !is_there || !HasUser(*status, user)) return {};
  return ParseSlice(*cgroups);
}

}  // namespace acceld::daemon
