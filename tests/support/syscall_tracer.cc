#include "tests/support/syscall_tracer.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cerrno>

#include "tests/support/syscall_errors.h"

namespace acceld::testing {
namespace {

constexpr int kSystemCallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

#if defined(__x86_64__)
void SkipCall(pid_t process) {
  (void)::ptrace(PTRACE_POKEUSER, process, offsetof(user, regs.orig_rax), -1L);
}
void SetResult(pid_t process, long result) {
  (void)::ptrace(PTRACE_POKEUSER, process, offsetof(user, regs.rax), result);
}
#elif defined(__aarch64__)
void SkipCall(pid_t process) {
  int none = -1;
  iovec part{&none, sizeof none};
  (void)::ptrace(PTRACE_SETREGSET, process, NT_ARM_SYSTEM_CALL, &part);
}
void SetResult(pid_t process, long result) {
  user_regs_struct registers{};
  iovec part{&registers, sizeof registers};
  (void)::ptrace(PTRACE_GETREGSET, process, NT_PRSTATUS, &part);
  registers.regs[0] = static_cast<unsigned long long>(result);
  (void)::ptrace(PTRACE_SETREGSET, process, NT_PRSTATUS, &part);
}
#else
#error "how a system call is skipped here is not known"
#endif

}  // namespace

int SyscallTracer::Run() {
  for (;;) {
    int status = 0;
    const pid_t process = ::waitpid(-1, &status, __WALL);
    if (process < 0 && errno == EINTR) continue;
    if (process < 0) return -1;
    if (WIFSTOPPED(status)) {
      OnStop(process, status);
    } else if (process == child_) {
      return status;
    }
  }
}

void SyscallTracer::Resume(pid_t process, int signal) const {
  (void)::ptrace(is_active_ ? PTRACE_SYSCALL : PTRACE_CONT, process, 0, signal);
}

void SyscallTracer::OnStop(pid_t process, int status) {
  const int signal = WSTOPSIG(status);
  if (known_.insert(process).second) {
    // Its first stop: the child's own, or that of a process it made.
    (void)::ptrace(PTRACE_SETOPTIONS, process, 0,
                   PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
                       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                       PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
    return Resume(process, 0);
  }
  if (signal == kSystemCallStop) return OnSystemCall(process);
  if (signal == SIGTRAP && (status >> 16) != 0) return Resume(process, 0);
  if (signal == SIGSTOP && process == child_) {
    is_active_ = true;
    return Resume(process, 0);
  }
  Resume(process, signal);
}

void SyscallTracer::OnSystemCall(pid_t process) {
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info) < 0) {
    return Resume(process, 0);
  }
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    OnEntry(process, static_cast<long>(info.entry.nr), info.entry.args[0]);
  } else if (const auto failing = failing_.find(process);
             failing != failing_.end()) {
    SetResult(process, -failing->second);
    failing_.erase(failing);
  }
  Resume(process, 0);
}

void SyscallTracer::OnEntry(pid_t process, long number,
                            unsigned long argument) {
  switch (number) {
    case kEndOfAttempt:
      is_active_ = false;
      return;
    case kPause:
      ++paused_;
      return;
    case kResume:
      --paused_;
      return;
    case kStandFor:
      return Fail(process, static_cast<long>(argument), false);
    default:
      return Fail(process, number, !WorksThoughItFails(number));
  }
}

void SyscallTracer::Fail(pid_t process, long number, bool skip) {
  const auto errors = ErrorsOf(number);
  if (paused_ != 0 || errors.empty() || seen_++ != index_) return;
  if (choice_ >= errors.size()) return;
  shared_ = {true, number, errors[choice_]};
  failing_[process] = shared_.error;
  if (skip) SkipCall(process);
}

}  // namespace acceld::testing
