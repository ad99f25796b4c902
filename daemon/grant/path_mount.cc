#include "daemon/grant/path_mount.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/log.h"
#include "base/sys_root.h"
#include "daemon/grant/path_helper.h"

namespace acceld::daemon {
namespace {

auto Refuse(std::string why) {
  return Fail(ErrorCode::kUnsupported, std::move(why));
}

bool HasEnded(int process) {
  pollfd ended{process, POLLIN, 0};
  return ::poll(&ended, 1, 0) != 0;
}

// The number of a pidfd's process: "Pid:\t123" of its fdinfo.
Result<std::string> PidOf(int process) {
  ACCELD_TRY(const SysRoot proc, SysRoot::Open("/proc/self/fdinfo"));
  ACCELD_TRY(const std::string info, proc.ReadFile(std::to_string(process)));
  constexpr std::string_view kKey = "\nPid:\t";
  const auto at = info.find(kKey);
  const std::string pid =
      at == std::string::npos
          ? std::string()
          : info.substr(at + kKey.size(),
                        info.find('\n', at + 1) - at - kKey.size());
  if (pid.empty() || pid == "-1" || pid == "0") {
    return Refuse("the client's process has ended or is not seen from here");
  }
  return pid;
}

// Namespaces are told apart by the inode.
bool IsNamespaceOf(const struct stat& name_space, const char* process) {
  struct stat other {};
  const std::string path = std::string("/proc/") + process + "/ns/mnt";
  return ::stat(path.c_str(), &other) == 0 &&
         other.st_ino == name_space.st_ino && other.st_dev == name_space.st_dev;
}

Result<UniqueFd> NamespaceOf(int process) {
  if (process < 0) {
    return Refuse("which process asks for a path is not known");
  }
  ACCELD_TRY(const std::string pid, PidOf(process));
  const std::string path = "/proc/" + pid + "/ns/mnt";
  UniqueFd name_space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!name_space.valid()) {
    return FailErrno("open the client's mount namespace", errno);
  }
  // Alive after the open: the number was its own all the time.
  if (HasEnded(process)) return Refuse("the client's process has ended");
  struct stat status {};
  if (::fstat(name_space.get(), &status) != 0) {
    return FailErrno("see the client's mount namespace", errno);
  }
  if (IsNamespaceOf(status, "self") || IsNamespaceOf(status, "1")) {
    return Refuse(
        "the client has no mount namespace of its own: a path would change "
        "/dev for everybody");
  }
  return name_space;
}

Error Explain(const PathAnswer& answer, const std::string& path) {
  switch (answer.step) {
    case PathStep::kIsShared:
      return {ErrorCode::kUnsupported,
              "mounts at " + path +
                  " in the client's mount namespace show in others (make them "
                  "private or slave)",
              0};
    case PathStep::kIsTaken:
      return {ErrorCode::kBusy,
              "another lease has " + path + " in the client's mount namespace",
              0};
    case PathStep::kMakePlace:
      return {ErrorCode::kUnsupported,
              path +
                  " does not exist in the client's mount namespace and "
                  "cannot be made there",
              answer.error};
    case PathStep::kFind:
      return {ErrorCode::kUnsupported,
              path +
                  " is not there in the client's mount namespace, or a "
                  "symbolic link or directory is",
              answer.error};
    case PathStep::kEnter:
      return ErrnoError("enter the client's mount namespace", answer.error);
    default:
      return ErrnoError("mount " + path, answer.error);
  }
}

}  // namespace

Result<PathMount> PathMount::Make(TicketNode& node, int process,
                                  const std::string& path) {
  ACCELD_TRY(UniqueFd name_space, NamespaceOf(process));
  const UniqueFd tree = node.TakeMount();
  ACCELD_TRY(PathAnswer answer,
             MountAtPath(name_space.get(), tree.get(), node.name(), path));
  if (answer.step != PathStep::kDone) return Fail(Explain(answer, path));
  return PathMount(std::move(name_space), std::move(answer.mount));
}

PathMount::~PathMount() {
  if (auto unmounted = Unmount(); !unmounted) {
    Log(LogLevel::kError, "path_stays_mounted",
        {{"what", unmounted.error().message}});
  }
}

Status PathMount::Unmount() {
  if (!mount_.valid()) return {};
  ACCELD_TRY(const PathAnswer answer,
             UnmountPath(name_space_.get(), mount_.get()));
  if (answer.step != PathStep::kDone) {
    return FailErrno("unmount a path of a client", answer.error);
  }
  mount_.Reset();
  name_space_.Reset();
  return {};
}

}  // namespace acceld::daemon
