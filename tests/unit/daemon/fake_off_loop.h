// FakeOffLoop: does work at once, in the loop that the test is, and keeps what
// is to follow and the timers until the test asks for them. Tests only.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "daemon/event_loop.h"
#include "daemon/lease/quarantine.h"

namespace acceld::testing {

class FakeOffLoop final : public daemon::OffLoop {
 public:
  struct Timer {
    std::chrono::milliseconds at;
    std::function<void()> due;
  };

  [[nodiscard]] Status Run(uid_t user, std::function<void()> work,
                           std::function<void()> done) override {
    users.push_back(user);
    if (refuses) return Fail(ErrorCode::kBusy, "too many jobs");
    work();
    posted.push_back(std::move(done));
    return {};
  }
  [[nodiscard]] Result<daemon::EventLoop::Source> After(
      std::chrono::microseconds delay, std::function<void()> due) override {
    const auto rounded =
        std::chrono::duration_cast<std::chrono::milliseconds>(delay);
    delays.push_back(rounded);
    timers.push_back({now_ + rounded, std::move(due)});
    return daemon::EventLoop::Source();
  }

  void Deliver() {
    while (!posted.empty()) {
      const auto done = std::exchange(posted.front(), nullptr);
      posted.pop_front();
      done();
    }
  }
  // The timer that is due first goes off, and what follows happens.
  // Requires: there is one.
  void Fire() {
    const auto first = std::min_element(
        timers.begin(), timers.end(),
        [](const Timer& a, const Timer& b) { return a.at < b.at; });
    const auto due = std::move(first->due);
    now_ = first->at;
    timers.erase(first);
    due();
    Deliver();
  }

  bool refuses = false;
  std::vector<uid_t> users;
  std::vector<std::chrono::milliseconds> delays;
  std::deque<std::function<void()>> posted;
  std::deque<Timer> timers;

 private:
  std::chrono::milliseconds now_{0};
};

}  // namespace acceld::testing
