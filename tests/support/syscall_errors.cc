#include "tests/support/syscall_errors.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace acceld::testing {
namespace {

struct Row {
  long number;
  const char* name;
  std::array<int, 2> errors;  // 0: none
};

constexpr std::array kRows = {
    // Files.
    Row{SYS_openat, "openat", {EMFILE, EIO}},
    Row{SYS_openat2, "openat2", {EMFILE, EIO}},
    Row{SYS_close, "close", {EIO}},
    Row{SYS_read, "read", {EIO}},
    Row{SYS_pread64, "pread64", {EIO}},
    Row{SYS_write, "write", {ENOSPC, EIO}},
    Row{SYS_writev, "writev", {EIO}},
    Row{SYS_lseek, "lseek", {EIO}},
    Row{SYS_fstat, "fstat", {ENOMEM}},
    Row{SYS_newfstatat, "newfstatat", {ENOMEM, EIO}},
    Row{SYS_statx, "statx", {ENOMEM}},
    Row{SYS_readlinkat, "readlinkat", {ENOMEM, EIO}},
    Row{SYS_getdents64, "getdents64", {EIO}},
    Row{SYS_faccessat, "faccessat", {EIO}},
    Row{SYS_fcntl, "fcntl", {EMFILE}},
    Row{SYS_dup, "dup", {EMFILE}},
    Row{SYS_dup3, "dup3", {EMFILE}},
    Row{SYS_ioctl, "ioctl", {EIO, ENOMEM}},
    Row{SYS_fsync, "fsync", {EIO}},
    Row{SYS_flock, "flock", {ENOMEM}},
    Row{SYS_renameat, "renameat", {ENOSPC, EIO}},
    Row{SYS_mkdirat, "mkdirat", {ENOSPC, EPERM}},
    Row{SYS_unlinkat, "unlinkat", {EIO}},
    Row{SYS_mknodat, "mknodat", {EPERM, ENOSPC}},
    Row{SYS_setxattr, "setxattr", {EPERM, ENOSPC}},
    Row{SYS_fchmod, "fchmod", {EPERM}},
    Row{SYS_ftruncate, "ftruncate", {EIO}},
#ifdef __x86_64__
    Row{SYS_open, "open", {EMFILE, EIO}},
    Row{SYS_stat, "stat", {ENOMEM, EIO}},
    Row{SYS_lstat, "lstat", {ENOMEM, EIO}},
    Row{SYS_readlink, "readlink", {ENOMEM, EIO}},
    Row{SYS_rename, "rename", {ENOSPC, EIO}},
    Row{SYS_mkdir, "mkdir", {ENOSPC, EPERM}},
    Row{SYS_fork, "fork", {EAGAIN}},
    Row{SYS_vfork, "vfork", {EAGAIN}},
    Row{SYS_pipe, "pipe", {EMFILE}},
    Row{SYS_poll, "poll", {ENOMEM}},
#endif
    // Mounts.
    Row{SYS_fsopen, "fsopen", {EPERM, EMFILE}},
    Row{SYS_fsconfig, "fsconfig", {EPERM, ENOMEM}},
    Row{SYS_fsmount, "fsmount", {EPERM, EMFILE}},
    Row{SYS_mount_setattr, "mount_setattr", {EPERM}},
    Row{SYS_open_tree, "open_tree", {EPERM, EMFILE}},
    Row{SYS_move_mount, "move_mount", {EPERM, EBUSY}},
    Row{SYS_mount, "mount", {EPERM}},
    Row{SYS_umount2, "umount2", {EBUSY}},
    Row{SYS_setns, "setns", {EPERM}},
    Row{SYS_unshare, "unshare", {EPERM}},
    // Memory.
    Row{SYS_mmap, "mmap", {ENOMEM}},
    Row{SYS_brk, "brk", {ENOMEM}},
    Row{SYS_mbind, "mbind", {ENOMEM, EIO}},
    Row{SYS_memfd_create, "memfd_create", {EMFILE, ENOMEM}},
    // Watches, processes, sockets.
    Row{SYS_inotify_init1, "inotify_init1", {EMFILE}},
    Row{SYS_inotify_add_watch, "inotify_add_watch", {ENOSPC, ENOMEM}},
    Row{SYS_inotify_rm_watch, "inotify_rm_watch", {EINVAL}},
    Row{SYS_clone, "clone", {EAGAIN}},
    Row{SYS_clone3, "clone3", {EAGAIN}},
    Row{SYS_pidfd_open, "pidfd_open", {EMFILE}},
    Row{SYS_pidfd_send_signal, "pidfd_send_signal", {EPERM}},
    Row{SYS_kcmp, "kcmp", {EPERM}},
    Row{SYS_pipe2, "pipe2", {EMFILE}},
    Row{SYS_ppoll, "ppoll", {ENOMEM}},
    Row{SYS_prctl, "prctl", {EPERM}},
    Row{SYS_setresuid, "setresuid", {EAGAIN}},
    Row{SYS_setresgid, "setresgid", {EPERM}},
    Row{SYS_setgroups, "setgroups", {ENOMEM}},
    Row{SYS_socketpair, "socketpair", {EMFILE}},
    Row{SYS_sendmsg, "sendmsg", {EAGAIN, EPIPE}},
    Row{SYS_recvmsg, "recvmsg", {ENOMEM}},
};

// Calls that do not fail, or whose failing leaves no way on: an end, a lock of
// the C library, memory that is given back.
constexpr std::array kNeverFails = {
    SYS_exit,          SYS_exit_group,      SYS_futex,      SYS_munmap,
    SYS_madvise,       SYS_rt_sigprocmask,  SYS_getpid,     SYS_gettid,
    SYS_rt_sigaction,  SYS_rt_sigreturn,    SYS_getuid,     SYS_geteuid,
    SYS_getegid,       SYS_set_robust_list, SYS_rseq,       SYS_wait4,
    SYS_clock_gettime, SYS_tgkill,          SYS_getrandom,  SYS_waitid,
    SYS_getgid,        SYS_mprotect,        SYS_sched_yield};

// A call that the table does not know yet.
constexpr std::array kUnknown = {EPERM};

const Row* Find(long number) {
  const auto* const found =
      std::find_if(kRows.begin(), kRows.end(),
                   [&](const Row& row) { return row.number == number; });
  return found == kRows.end() ? nullptr : found;
}

}  // namespace

std::span<const int> ErrorsOf(long number) {
  if (const Row* row = Find(number)) {
    return std::span(row->errors).first(row->errors[1] == 0 ? 1 : 2);
  }
  if (std::find(kNeverFails.begin(), kNeverFails.end(), number) !=
      kNeverFails.end()) {
    return {};
  }
  return kUnknown;
}

bool WorksThoughItFails(long number) { return number == SYS_close; }

std::string CallName(long number) {
  if (const Row* row = Find(number)) return row->name;
  return "system call " + std::to_string(number);
}

}  // namespace acceld::testing
