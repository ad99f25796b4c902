// A real acceld process on a bus: started with the arguments of the test,
// ready when it says so (sd_notify), stopped by SIGTERM.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {

class RunningDaemon {
 public:
  // Starts the acceld of this build on the bus at `address` and returns when
  // it serves. `arguments` come after --bus and --worker. Where they name no
  // policy, not that of this machine is in force, but the built-in one; and as
  // it allows hardware to root alone, one that treats whoever runs the test as
  // root is treated.
  // Errors: kNotFound (not in the runfiles), kIo, kUnavailable (it ended
  // before it was ready).
  [[nodiscard]] static Result<std::unique_ptr<RunningDaemon>> Start(
      const std::string& address, std::vector<std::string> arguments = {});
  ~RunningDaemon();
  RunningDaemon(const RunningDaemon&) = delete;
  RunningDaemon& operator=(const RunningDaemon&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Waits until the process ends by itself; returns as Stop().
  int Wait();
  // Sends SIGTERM and waits. The exit status, or -1 where a signal ended it.
  int Stop();

  // Open descriptors of the process.
  [[nodiscard]] std::size_t CountFds() const;
  // VmRSS, in KiB.
  [[nodiscard]] long ResidentKib() const;
  // Processor time that it used so far, in seconds.
  [[nodiscard]] double ProcessorSeconds() const;
  // Processes that are children of the daemon (the workers).
  [[nodiscard]] std::vector<pid_t> Children() const;

 private:
  RunningDaemon() = default;
  // The option for a policy of the daemon's own.
  [[nodiscard]] std::string MakePolicy();

  pid_t pid_ = -1;
  std::optional<TempDir> policy_;
};

// The path of a file in the runfiles of this test ("daemon/acceld").
[[nodiscard]] std::string Runfile(const std::string& name);

}  // namespace acceld::testing
