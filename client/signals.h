// Signals as something to wait for, beside descriptors.
// One object a process; its thread.
#pragma once

#include <signal.h>
#include <sys/signalfd.h>

#include <initializer_list>
#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::client {

class Signals {
 public:
  // Blocks the signals for the process and gathers them. SIGCHLD among them
  // comes also where whoever started this process had it ignored, which exec
  // keeps: children are there to be waited for again. Errors: kIo, kNoMemory.
  [[nodiscard]] static Result<Signals> Gather(
      std::initializer_list<int> signals);

  // Readable when one waits.
  [[nodiscard]] int fd() const { return fd_.get(); }
  // The next one; empty where none waits.
  [[nodiscard]] std::optional<signalfd_siginfo> Next() const;
  // The mask from before, for a child.
  [[nodiscard]] const sigset_t& former_mask() const { return former_mask_; }

 private:
  UniqueFd fd_;
  sigset_t former_mask_{};
};

}  // namespace acceld::client
