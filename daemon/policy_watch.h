// PolicyWatch: notices that the policy directory or a file of it changed, also
// where the directory does not exist yet or is replaced by another: what leads
// to it is watched too. By inotify; no timer runs while nothing changes, and
// what happens beside the way to the directory wakes nobody.
//
// Loop thread only.
// Source: inotify(7).
#pragma once

#include <sys/inotify.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/event_loop.h"

namespace acceld::daemon {

class PolicyWatch {
 public:
  // An editor or a package manager writes several files: they are read when
  // nothing was written for so long, ...
  static constexpr std::chrono::milliseconds kQuiet{200};
  // ... but no later than this after the first change.
  static constexpr std::chrono::seconds kPatience{2};

  // `changed` is called in the loop, after changes. `directory` is absolute or
  // relative to the working directory. `loop` and `clock` must outlive it.
  // Errors: kIo, kNoMemory (no inotify instance left).
  [[nodiscard]] static Result<std::unique_ptr<PolicyWatch>> Start(
      const std::string& directory, EventLoop& loop, const Clock& clock,
      std::function<void()> changed);

  PolicyWatch(const PolicyWatch&) = delete;
  PolicyWatch& operator=(const PolicyWatch&) = delete;

  // Whether a change waits for its quiet time.
  [[nodiscard]] bool is_pending() const { return first_change_.has_value(); }

 private:
  PolicyWatch(std::string directory, EventLoop& loop, const Clock& clock,
              std::function<void()> changed);
  // Watches the directory and all that leads to it, as they are now.
  void Arm();
  // `next_name`: as in next_names_. False where there is no such directory.
  bool Watch(const std::filesystem::path& path, std::uint32_t events,
             const std::string& next_name);
  void Receive();
  void OnEvent(const inotify_event& event, std::string_view name);
  void OnChange();

  const std::string directory_;
  EventLoop& loop_;
  const Clock& clock_;
  const std::function<void()> changed_;
  UniqueFd inotify_;
  // By watch descriptor: the name in that directory which leads on to the
  // policy directory; empty for the policy directory itself.
  std::map<int, std::string> next_names_;
  bool is_stale_ = false;  // what is watched is no longer what leads there
  EventLoop::Source readable_;
  EventLoop::Source timer_;
  std::optional<SteadyTime> first_change_;  // not yet told
};

}  // namespace acceld::daemon
