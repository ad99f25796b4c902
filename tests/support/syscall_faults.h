// Makes each system call of a piece of code fail once, and the test say what
// came of it. Tests only; single-threaded.
//
// The code runs in a forked child that this process traces (ptrace(2)). Why
// that and not a seccomp filter: a filter with SECCOMP_RET_TRAP kills a process
// whose signals are blocked, as the C library's are while it makes another; a
// filter with a listener cannot be had where a container's own supervisor has
// one already; and neither lets close(2) do its work and fail. Tracing one's
// own child needs no privilege, works in containers, and follows the processes
// that the code makes.
//
//   const FaultReport report = FailEachSystemCall([](FaultedRun& run) {
//     Result<UniqueFd> made;
//     run.Attempt([&] { made = MakeBuffer(...); });
//     return made || run.Fits(made.error()) ? "" : made.error().message;
//   });
#pragma once

#include <sys/types.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace acceld::testing {

struct FailedCall {
  long number = 0;
  int error = 0;  // errno
};

// What tracer and child share.
struct SharedFault;

// One run of the code under test, in the child.
class FaultedRun {
 public:
  explicit FaultedRun(SharedFault& shared) : shared_(shared) {}

  // Runs `code`; one system call of it fails. Once a run. What follows runs
  // without faults. std::bad_alloc is caught: see out_of_memory().
  void Attempt(const std::function<void()>& code);
  [[nodiscard]] bool out_of_memory() const { return out_of_memory_; }
  // Nothing where the code ended before the call that was to fail.
  [[nodiscard]] std::optional<FailedCall> failed() const;
  // Whether a fault has a code that says what failed: that of the errno
  // (ErrnoError), or one of `also`. False where nothing was made to fail.
  [[nodiscard]] bool Fits(const Error& error,
                          std::initializer_list<ErrorCode> also = {}) const;

 private:
  SharedFault& shared_;
  bool out_of_memory_ = false;
};

// In a double of the kernel that Attempt() calls: stands for the system call
// `number`, which may be the one to fail. Returns its errno then, else 0.
[[nodiscard]] int StandForCall(long number);

// While one lives, no system call is made to fail or counted: a double's own.
class WithoutFaults {
 public:
  WithoutFaults();
  ~WithoutFaults();
  WithoutFaults(const WithoutFaults&) = delete;
  WithoutFaults& operator=(const WithoutFaults&) = delete;
};

struct FaultReport {
  int calls = 0;   // system calls that were made to fail ...
  int faults = 0;  // ... each with one or more errnos
  // "openat (call 3, EMFILE): ...": what the body complained of, or that the
  // child died or hung.
  std::vector<std::string> complaints;
};

// Runs `body` in a fresh child for every system call in its Attempt() and every
// errno that the call may fail with (syscall_errors.h), and once without a
// fault. `body` returns a complaint, or "" where all is as it should be.
// Requires: no other child of this process; one thread.
[[nodiscard]] FaultReport FailEachSystemCall(
    const std::function<std::string(FaultedRun&)>& body);

// What a process holds that outlives a call: its open descriptors (what they
// are, not their numbers) and the mounts it sees. For comparison.
[[nodiscard]] std::vector<std::string> WhatIsHeld();

// The lines in `after` that are not in `before`; "" where there are none.
[[nodiscard]] std::string NewIn(std::vector<std::string> before,
                                std::vector<std::string> after);

}  // namespace acceld::testing
