// What may block, done on threads, and timers: the daemon's own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>

#include "base/result.h"
#include "daemon/event_loop.h"
#include "daemon/lease/quarantine.h"
#include "daemon/solver_threads.h"

namespace acceld::daemon {

class ThreadsOffLoop final : public OffLoop {
 public:
  // Both must outlive it. What still runs when they end is not answered.
  ThreadsOffLoop(EventLoop& loop, SolverThreads& threads)
      : loop_(loop), threads_(threads) {}

  [[nodiscard]] Status Run(uid_t user, std::function<void()> work,
                           std::function<void()> done) override;
  [[nodiscard]] Result<EventLoop::Source> After(
      std::chrono::microseconds delay, std::function<void()> due) override;

 private:
  EventLoop& loop_;
  SolverThreads& threads_;
};

}  // namespace acceld::daemon
