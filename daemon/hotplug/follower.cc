#include "daemon/hotplug/follower.h"

#include <sys/epoll.h>

#include <chrono>
#include <utility>

#include "base/log.h"

namespace acceld::daemon {

Result<std::unique_ptr<Follower>> Follower::Start(probes::UeventMonitor monitor,
                                                  EventLoop& loop,
                                                  const Clock& clock,
                                                  Changed changed) {
  std::unique_ptr<Follower> follower(
      new Follower(std::move(monitor), loop, clock, std::move(changed)));
  Follower& self = *follower;
  ACCELD_TRY(self.readable_,
             loop.WatchFd(self.monitor_.fd(), EPOLLIN,
                          [&self](std::uint32_t) { self.Receive(); }));
  return follower;
}

void Follower::Receive() {
  const probes::UeventMonitor::Batch batch = monitor_.Receive();
  const SteadyTime now = clock_.Now();
  for (const probes::Uevent& event : batch.events) {
    Log(LogLevel::kDebug, "uevent",
        {{"action", event.action},
         {"subsystem", event.subsystem},
         {"devpath", event.devpath}});
    gatherer_.Add(event, now);
  }
  if (batch.lost) {
    Log(LogLevel::kWarning, "uevents_lost",
        {{"what", "the whole machine is read again"}});
    gatherer_.AddLost(now);
  }
  if (!timer_) HandOver();
}

void Follower::HandOver() {
  timer_.reset();
  const auto due = gatherer_.due();
  if (!due) return;
  const SteadyTime now = clock_.Now();
  if (*due > now) {
    auto timer =
        loop_.After(std::chrono::ceil<std::chrono::microseconds>(*due - now),
                    [this] { HandOver(); });
    if (timer) {
      timer_.emplace(*std::move(timer));
      return;
    }
    Log(LogLevel::kWarning, "hotplug_timer", {{"what", timer.error().message}});
  }
  changed_(gatherer_.Take());
}

}  // namespace acceld::daemon
