#include "daemon/grant/path_helper.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/send_with_fd.h"
#include "daemon/grant/mount_line.h"

namespace acceld::daemon {
namespace {

constexpr std::chrono::milliseconds kPatience{5000};

// The helper's descriptors, and all it has.
constexpr int kAnswer = 0;
constexpr int kNamespace = 1;
constexpr int kTree = 2;
constexpr int kProc = 3;
constexpr const char* kTreeInProc = "self/fd/2";  // kTree, from kProc

struct Order {
  bool is_mount = false;
  const char* name = nullptr;
  const char* folder = nullptr;  // of the path
  const char* file = nullptr;    // in the folder
};

struct Outcome {
  PathStep step = PathStep::kDone;
  int error = 0;
};

// From here on the code of the helper, a fork of a process with threads: system
// calls only, no memory is allocated and nothing needs to be freed.

long OpenBelow(int at, const char* path, unsigned long flags) {
  open_how how{};
  how.flags = flags | O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT;
  return ::syscall(SYS_openat2, at, path, &how, sizeof how);
}

// Reads the mounts of a process ("self/mountinfo") up to one that `is_wanted`.
// ENOENT where there is none.
template <typename Predicate>
bool FindMount(const char* mountinfo, MountLine& line, Predicate is_wanted) {
  const int mounts =
      ::openat(kProc, mountinfo, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (mounts < 0) {
    if (errno == ENOENT) errno = EIO;
    return false;
  }
  std::array<char, 4096> bytes{};
  ssize_t size = 0;
  while ((size = ::read(mounts, bytes.data(), bytes.size())) > 0) {
    for (const char byte :
         std::span(bytes).first(static_cast<std::size_t>(size))) {
      if (line.Add(byte) && is_wanted()) return true;
    }
  }
  errno = size < 0 ? errno : ENOENT;
  return false;
}

// Of the helper's own mounts the one that `file` is on.
bool ReadMountOf(int file, MountLine& line) {
  struct statx status {};
  if (::statx(file, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0) {
    return false;
  }
  return FindMount("self/mountinfo", line,
                   [&] { return line.id() == status.stx_mnt_id; });
}

// Whether the machine's first namespace has the filesystem of `folder` too: a
// client may have bound what is the machine's (/run) where his devices are.
bool IsOfTheMachine(int folder) {
  struct stat status {};
  MountLine line;
  return ::fstat(folder, &status) != 0 ||
         FindMount("1/mountinfo", line,
                   [&] { return line.filesystem() == status.st_dev; }) ||
         errno != ENOENT;
}

// A mount of the one file alone, in no namespace. It is made in a namespace of
// the helper's own: before Linux 6.15 only what is mounted can be cloned.
int CloneFile(const char* name) {
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::move_mount(kTree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) != 0) {
    return -1;
  }
  return ::open_tree(kTree, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

// Where the path is missing; `folder` is where it would be.
Outcome MakePlace(int folder, const MountLine& line, const char* file) {
  struct statfs filesystem {};
  if (::fstatfs(folder, &filesystem) != 0) {
    return {PathStep::kMakePlace, errno};
  }
  if (filesystem.f_type != TMPFS_MAGIC || line.is_devtmpfs() ||
      IsOfTheMachine(folder)) {
    return {PathStep::kMakePlace, ENOENT};
  }
  if (::mknodat(folder, file, S_IFREG, 0) != 0) {
    return {PathStep::kMakePlace, errno};
  }
  return {};
}

Outcome MountOn(int clone, const Order& order) {
  const int root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const auto folder =
      static_cast<int>(OpenBelow(root, order.folder, O_DIRECTORY));
  if (folder < 0) return {PathStep::kFind, errno};
  auto place = static_cast<int>(OpenBelow(folder, order.file, O_NOFOLLOW));
  if (place < 0 && errno != ENOENT) return {PathStep::kFind, errno};
  MountLine line;
  if (!ReadMountOf(place < 0 ? folder : place, line)) {
    return {PathStep::kFind, errno};
  }
  if (line.is_shared()) return {PathStep::kIsShared, 0};
  // One on another could not be unmounted before it.
  if (line.is_ticket()) return {PathStep::kIsTaken, EBUSY};
  if (place < 0) {
    const Outcome made = MakePlace(folder, line, order.file);
    if (made.step != PathStep::kDone) return made;
    place = static_cast<int>(OpenBelow(folder, order.file, O_NOFOLLOW));
  }
  struct stat status {};
  if (place < 0 || ::fstat(place, &status) != 0) {
    return {PathStep::kFind, errno};
  }
  if (S_ISLNK(status.st_mode)) return {PathStep::kFind, ELOOP};
  if (S_ISDIR(status.st_mode)) return {PathStep::kFind, EISDIR};
  if (::move_mount(clone, "", place, "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    return {PathStep::kMount, errno};
  }
  return {};
}

// Whether the daemon has what it was sent: it says a byte, or closes.
bool IsConfirmed() {
  char byte = 0;
  ssize_t size = 0;
  do {
    size = ::read(kAnswer, &byte, 1);
  } while (size < 0 && errno == EINTR);
  return size == 1;
}

// Whether it was sent.
bool Answer(const Outcome& outcome, int mount) {
  return SendWithFd(kAnswer, std::as_bytes(std::span(&outcome, 1)), mount,
                    MSG_NOSIGNAL) == 0;
}

[[noreturn]] void Mount(const Order& order) {
  const int clone = CloneFile(order.name);
  if (clone < 0) {
    (void)Answer({PathStep::kPrepare, errno}, -1);
  } else if (::setns(kNamespace, CLONE_NEWNS) != 0) {
    (void)Answer({PathStep::kEnter, errno}, -1);
  } else {
    const Outcome outcome = MountOn(clone, order);
    const bool is_mounted = outcome.step == PathStep::kDone;
    // One that the daemon did not get, nobody would ever unmount.
    const bool is_told = Answer(outcome, is_mounted ? clone : -1);
    if (is_mounted && !(is_told && IsConfirmed()) &&
        ::dup2(clone, kTree) == kTree && ::fchdir(kProc) == 0) {
      (void)::umount2(kTreeInProc, MNT_DETACH);
    }
  }
  ::_exit(0);
}

// By the mount itself: the client may have put another thing, or a link to one,
// at the path. What is mounted on it goes first.
Outcome UnmountAll() {
  if (::setns(kNamespace, CLONE_NEWNS) != 0) return {PathStep::kEnter, errno};
  if (::fchdir(kProc) != 0) return {PathStep::kUnmount, errno};
  constexpr int kMost = 64;
  for (int i = 0; i < kMost; ++i) {
    if (::umount2(kTreeInProc, MNT_DETACH) == 0) continue;
    if (errno == EINVAL) return {};  // it is mounted no more
    return {PathStep::kUnmount, errno};
  }
  return {PathStep::kUnmount, EBUSY};
}

[[noreturn]] void Unmount() {
  (void)Answer(UnmountAll(), -1);
  ::_exit(0);
}

[[noreturn]] void BeHelper(const std::array<int, 4>& fds, const Order& order) {
  constexpr int kAbove = 16;
  std::array<int, 4> moved{};
  for (std::size_t i = 0; i < fds.size(); ++i) {
    moved[i] = ::fcntl(fds[i], F_DUPFD, kAbove);
  }
  for (std::size_t i = 0; i < fds.size(); ++i) {
    if (::dup2(moved[i], static_cast<int>(i)) < 0) ::_exit(1);
  }
  if (::close_range(kProc + 1, ~0U, 0) != 0) ::_exit(1);
  if (order.is_mount) Mount(order);
  Unmount();
}

// The daemon's side.

Result<PathAnswer> Receive(int socket, bool wants_mount) {
  Outcome outcome;
  iovec part{&outcome, sizeof outcome};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (size != static_cast<ssize_t>(sizeof outcome)) {
    return Fail(ErrorCode::kIo, "the helper for a path died");
  }
  PathAnswer answer{outcome.step, outcome.error, UniqueFd()};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET &&
      header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    answer.mount.Reset(fd);
  }
  if (outcome.step == PathStep::kDone && wants_mount && !answer.mount.valid()) {
    return Fail(ErrorCode::kNoMemory, "no descriptor is left for a path");
  }
  return answer;
}

Result<PathAnswer> Await(int socket, bool wants_mount) {
  pollfd ready{socket, POLLIN, 0};
  int count = 0;
  do {
    count = ::poll(&ready, 1, static_cast<int>(kPatience.count()));
  } while (count < 0 && errno == EINTR);
  if (count < 0) return FailErrno("wait for the helper for a path", errno);
  if (count == 0) {
    return Fail(ErrorCode::kDeadline,
                "the client's mount namespace does not answer");
  }
  return Receive(socket, wants_mount);
}

// Helpers that were killed and have not ended: in a filesystem of the client's
// that does not answer not even SIGKILL ends a process (FUSE, once its server
// has the question), and who waited for it would hang like it.
class Hanging {
 public:
  // Errors: kBusy (too many hang; each is a process of the daemon's).
  [[nodiscard]] Status Admit() {
    const std::lock_guard lock(mutex_);
    std::erase_if(helpers_, [](pid_t helper) {
      return ::waitpid(helper, nullptr, WNOHANG) != 0;
    });
    if (helpers_.size() < kMost) return {};
    return Fail(ErrorCode::kBusy,
                "too many mount namespaces of clients do not answer");
  }
  void Add(pid_t helper) {
    const std::lock_guard lock(mutex_);
    helpers_.push_back(helper);
  }

 private:
  static constexpr std::size_t kMost = 16;
  std::mutex mutex_;
  std::vector<pid_t> helpers_;
};

void WaitFor(pid_t helper) {
  while (::waitpid(helper, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<PathAnswer> RunHelper(int name_space, int tree, const Order& order) {
  static Hanging hanging;
  ACCELD_TRY_VOID(hanging.Admit());
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) !=
      0) {
    return FailErrno("make a socket pair", errno);
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const UniqueFd proc(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!proc.valid()) return FailErrno("open /proc", errno);
  const pid_t helper = ::_Fork();
  if (helper < 0) return FailErrno("start the helper for a path", errno);
  if (helper == 0) {
    BeHelper({theirs.get(), name_space, tree, proc.get()}, order);
  }
  theirs.Reset();
  auto answer = Await(ours.get(), order.is_mount);
  const bool hangs = !answer && answer.error().code == ErrorCode::kDeadline;
  if (answer && answer->mount.valid() &&
      ::send(ours.get(), "", 1, MSG_NOSIGNAL) != 1) {
    answer = FailErrno("take a path from its helper", errno);
  }
  ours.Reset();
  // Only one that hangs is not on its way out.
  if (hangs) {
    (void)::kill(helper, SIGKILL);
    hanging.Add(helper);
  } else {
    WaitFor(helper);
  }
  return answer;
}

}  // namespace

Result<PathAnswer> MountAtPath(int name_space, int tree,
                               const std::string& name,
                               const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || path.front() != '/' ||
      slash + 1 == path.size()) {
    return Fail(ErrorCode::kInvalidArgument, "no path of a file: " + path);
  }
  const std::string folder = path.substr(0, slash + 1);
  return RunHelper(name_space, tree,
                   {.is_mount = true,
                    .name = name.c_str(),
                    .folder = folder.c_str(),
                    .file = path.c_str() + slash + 1});
}

Result<PathAnswer> UnmountPath(int name_space, int mount) {
  return RunHelper(name_space, mount, {});
}

}  // namespace acceld::daemon
