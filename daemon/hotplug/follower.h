// Follower: hot-plug in the daemon's loop. Receives the kernel's uevents,
// gathers them, and hands over what changed when it is time.
//
// While nothing happens there is no timer. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/event_loop.h"
#include "probes/change_gatherer.h"
#include "probes/changes.h"
#include "probes/uevent_monitor.h"

namespace acceld::daemon {

class Follower {
 public:
  using Changed = std::function<void(const probes::Changes&)>;

  // Events that wait in `monitor` by now are seen, too. `loop` and `clock` must
  // outlive it. Errors: those of EventLoop::WatchFd.
  [[nodiscard]] static Result<std::unique_ptr<Follower>> Start(
      probes::UeventMonitor monitor, EventLoop& loop, const Clock& clock,
      Changed changed);

  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  Follower(probes::UeventMonitor monitor, EventLoop& loop, const Clock& clock,
           Changed changed)
      : monitor_(std::move(monitor)),
        loop_(loop),
        clock_(clock),
        changed_(std::move(changed)) {}
  void Receive();
  // Hands over what is due, or sees to it that it will be.
  void HandOver();

  probes::UeventMonitor monitor_;
  EventLoop& loop_;
  const Clock& clock_;
  Changed changed_;
  probes::ChangeGatherer gatherer_;
  EventLoop::Source readable_;
  std::optional<EventLoop::Source> timer_;  // only while something is pending
};

}  // namespace acceld::daemon
