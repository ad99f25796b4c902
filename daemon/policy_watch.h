// PolicyWatch: notices that the policy directory or a file of it changed, also
// where the directory does not exist yet or is replaced by another. No timer
// runs while nothing changes.
//
// Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/directory_watch.h"
#include "base/result.h"
#include "daemon/event_loop.h"

namespace acceld::daemon {

class PolicyWatch {
 public:
  // `changed` is called in the loop, when what changed is quiet (QuietTime).
  // `directory` is absolute or relative to the working directory. `loop` and
  // `clock` must outlive it. Errors: kIo, kNoMemory (no inotify instance left).
  [[nodiscard]] static Result<std::unique_ptr<PolicyWatch>> Start(
      const std::string& directory, EventLoop& loop, const Clock& clock,
      std::function<void()> changed);

  PolicyWatch(const PolicyWatch&) = delete;
  PolicyWatch& operator=(const PolicyWatch&) = delete;

  // Whether a change waits for its quiet time.
  [[nodiscard]] bool is_pending() const { return quiet_.due().has_value(); }

 private:
  PolicyWatch(DirectoryWatch watch, EventLoop& loop, const Clock& clock,
              std::function<void()> changed);
  void OnChange();
  void Tell();

  DirectoryWatch watch_;
  EventLoop& loop_;
  const Clock& clock_;
  const std::function<void()> changed_;
  QuietTime quiet_;
  EventLoop::Source readable_;
  EventLoop::Source timer_;
};

}  // namespace acceld::daemon
