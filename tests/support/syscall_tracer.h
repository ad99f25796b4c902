// The tracer of syscall_faults.h: one child, one system call that fails.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <set>

namespace acceld::testing {

// "System calls" that no kernel has (ENOSYS), by which a traced child talks to
// its tracer. An attempt begins with a SIGSTOP that the child sends itself.
inline constexpr long kEndOfAttempt = 0x0ACC0001;
inline constexpr long kPause = 0x0ACC0002;
inline constexpr long kResume = 0x0ACC0003;
inline constexpr long kStandFor = 0x0ACC0004;  // argument: the real call

// In memory that tracer and child share.
struct SharedFault {
  bool happened;
  long number;
  int error;
};

class SyscallTracer {
 public:
  // The call of this index (from 0), and which of its errnos.
  SyscallTracer(pid_t child, int index, std::size_t choice, SharedFault& shared)
      : child_(child), index_(index), choice_(choice), shared_(shared) {}

  // Until the child has ended; returns its status, as wait(2) does. Whatever
  // processes it made are left to themselves.
  int Run();

 private:
  void OnStop(pid_t process, int status);
  void OnSystemCall(pid_t process);
  void OnEntry(pid_t process, long number, unsigned long argument);
  void Fail(pid_t process, long number, bool skip);
  void Resume(pid_t process, int signal) const;

  pid_t child_;
  int index_;
  std::size_t choice_;
  SharedFault& shared_;
  bool is_active_ = false;
  int paused_ = 0;
  int seen_ = 0;
  std::set<pid_t> known_;
  std::map<pid_t, int> failing_;  // errno to return from the call under way
};

}  // namespace acceld::testing
