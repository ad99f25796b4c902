#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "daemon/soft/sandbox.h"

namespace acceld::soft {
namespace {

struct ReleaseFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};

// Whatever their arguments: they act on what the process already holds.
constexpr std::array kAllowed{
    // Queues, control socket, mem files.
    SCMP_SYS(recvmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(shutdown),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(close),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    // What file a client sent (daemon/soft/address_space.cc). readlink reads
    // names, nothing else; no call that opens is on this list.
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatfs),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    // Memory (mmap and mprotect: below).
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    // Threads (clone: below).
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(membarrier),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // Time and randomness (the vDSO's fallbacks, malloc, OpenSSL).
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
};

// A sanitizer looks whether memory is accessible by writing it to a pipe.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::array kAllowedToSanitizers{SCMP_SYS(pipe), SCMP_SYS(pipe2)};
#else
constexpr std::array<int, 0> kAllowedToSanitizers{};
#endif

Status Allow(scmp_filter_ctx filter, std::span<const int> calls) {
  for (const int call : calls) {
    const int error = ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    if (error != 0) return FailErrno("allow a system call", -error);
  }
  return {};
}

// No memory that can be executed; no descriptor flags but those read; no new
// process, only threads.
constexpr std::uint64_t kThread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
struct Conditional {
  int call;
  scmp_arg_cmp condition;  // argument, comparison, mask or value, value
};
constexpr std::array kConditional{
    Conditional{SCMP_SYS(mmap), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    Conditional{SCMP_SYS(mprotect), {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}},
    Conditional{SCMP_SYS(fcntl), {1, SCMP_CMP_EQ, F_GETFL, 0}},
    Conditional{SCMP_SYS(clone), {0, SCMP_CMP_MASKED_EQ, kThread, kThread}},
};

Status AllowConditional(scmp_filter_ctx filter) {
  for (const Conditional& rule : kConditional) {
    const int error = ::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
                                               rule.call, 1, &rule.condition);
    if (error != 0) return FailErrno("allow a system call", -error);
  }
  // A filter cannot see the flags of clone3, which lie in memory. ENOSYS makes
  // the C library use clone.
  const int error =
      ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (error != 0) return FailErrno("refuse clone3", -error);
  return {};
}

}  // namespace

Status AllowOnlyWorkerSystemCalls() {
  const std::unique_ptr<void, ReleaseFilter> filter(
      ::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) {
    return Fail(ErrorCode::kNoMemory, "no memory for the seccomp filter");
  }
  ACCELD_TRY_VOID(Allow(filter.get(), kAllowed));
  ACCELD_TRY_VOID(Allow(filter.get(), kAllowedToSanitizers));
  ACCELD_TRY_VOID(AllowConditional(filter.get()));
  const int error = ::seccomp_load(filter.get());
  if (error != 0) return FailErrno("load the seccomp filter", -error);
  return {};
}

}  // namespace acceld::soft
