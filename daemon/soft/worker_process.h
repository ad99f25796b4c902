// One worker process as the daemon holds it: its control socket and its pidfd.
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::soft {

class WorkerProcess {
 public:
  // Starts `program` with a new control socket as descriptor 3, no environment,
  // a session of its own, and the daemon's standard error. Returns when the
  // program is being executed. Errors: kNotFound, kPermissionDenied (the
  // program), kNoMemory, kIo.
  // Requires: nobody else reaps the children of this process.
  [[nodiscard]] static Result<WorkerProcess> Start(const std::string& program,
                                                   uid_t run_as);
  WorkerProcess(WorkerProcess&& other) noexcept = default;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  // Ends and reaps the process where that did not happen yet.
  ~WorkerProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Blocking; SendOrder and ReceiveReport do not block on it.
  [[nodiscard]] int control() const { return control_.get(); }
  // Readable once the process has ended (and so has everything it held).
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }

  // Kills the process and closes the control socket: a worker that may not be
  // signalled (another user, and no CAP_KILL) ends with the socket. What it
  // held is closed when pidfd() becomes readable.
  void Kill();
  // Waits at most `limit` for the end and reaps. Whether it ended.
  bool Reap(std::chrono::milliseconds limit);

 private:
  WorkerProcess(pid_t pid, UniqueFd control, UniqueFd pidfd)
      : pid_(pid), control_(std::move(control)), pidfd_(std::move(pidfd)) {}
  pid_t pid_;  // for people; signals go through the pidfd
  UniqueFd control_;
  UniqueFd pidfd_;  // owns nothing once reaped
};

}  // namespace acceld::soft
