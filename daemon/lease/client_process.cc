#include "daemon/lease/client_process.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <string>
#include <string_view>

#include "base/units.h"

namespace acceld::daemon {
namespace {

// "Uid:\t1000\t1000\t1000\t1000": real, effective, saved, filesystem.
bool IsOfUser(const std::string& status, uid_t user) {
  constexpr std::string_view kName = "\nUid:";
  const auto at = status.find(kName);
  if (at == std::string::npos) return false;
  std::istringstream words(status.substr(at + kName.size()));
  for (int i = 0; i < 4; ++i) {
    uid_t id = 0;
    if (!(words >> id) || id != user) return false;
  }
  return true;
}

// Field 22, counted from the end of the name, which may hold anything.
Result<std::int64_t> StartedAt(const std::string& stat) {
  constexpr int kFieldsBefore = 19;  // fields 3 to 21
  const auto end_of_name = stat.rfind(')');
  std::istringstream words(
      end_of_name == std::string::npos ? "" : stat.substr(end_of_name + 1));
  std::string word;
  for (int i = 0; i < kFieldsBefore; ++i) words >> word;
  if (!(words >> word)) {
    return Fail(ErrorCode::kCorruptInput, "/proc/PID/stat: no start time");
  }
  return ParseInteger(word);
}

// Whether the process behind `handle` has not been reaped: what was read of
// its number until now was of it.
bool IsStillThere(const UniqueFd& handle) {
  return ::syscall(SYS_pidfd_send_signal, handle.get(), 0, nullptr, 0) == 0 ||
         errno == EPERM;
}

}  // namespace

pid_t MakerOf(int session) {
  ucred maker{};
  socklen_t size = sizeof maker;
  const bool told =
      ::getsockopt(session, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0;
  return told ? maker.pid : 0;
}

Result<std::optional<ClientProcess>> FindClientProcess(int session, uid_t user,
                                                       const SysRoot& root) {
  ucred maker{};
  socklen_t size = sizeof maker;
  if (::getsockopt(session, SOL_SOCKET, SO_PEERCRED, &maker, &size) != 0) {
    return FailErrno("SO_PEERCRED", errno);
  }
  if (maker.pid <= 0 || maker.uid != user) return std::nullopt;
  ClientProcess process;
  process.id.pid = maker.pid;
  process.handle =
      UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, maker.pid, 0)));
  if (!process.handle.valid()) {
    // EINVAL: the number is a thread's by now.
    if (errno == ESRCH || errno == EINVAL) return std::nullopt;
    return FailErrno("pidfd_open", errno);
  }
  const std::string directory = "proc/" + std::to_string(maker.pid);
  const auto status = root.ReadFile(directory + "/status");
  const auto stat = root.ReadFile(directory + "/stat");
  if (!status || !stat || !IsStillThere(process.handle)) return std::nullopt;
  if (!IsOfUser(*status, user)) return std::nullopt;
  ACCELD_TRY(process.id.started, StartedAt(*stat));
  return process;
}

}  // namespace acceld::daemon
