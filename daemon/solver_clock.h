// SolverClock: the time that a search is given, told on the thread that it runs
// on. A machine with much to do lets a thread wait for longer than most
// searches take: a deadline of 50 ms would be over before the search began,
// and a request refused that has its answer in one. So while the thread has not
// run for kLeast, no more than kLeast has passed; from then on the wall clock
// counts, as for whoever waits.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/units.h"

namespace acceld::daemon {

// CPU time of the calling thread.
[[nodiscard]] Nanoseconds ThreadTime();

// Made and read on one thread.
class SolverClock final : public Clock {
 public:
  static constexpr std::chrono::milliseconds kLeast{10};

  // `wall` must outlive it. `thread_time`: as ThreadTime().
  explicit SolverClock(const Clock& wall,
                       Nanoseconds (*thread_time)() = &ThreadTime);

  [[nodiscard]] SteadyTime Now() const override;
  // CPU time since it was made.
  [[nodiscard]] Nanoseconds Spent() const;

 private:
  const Clock& wall_;
  Nanoseconds (*const thread_time_)();
  const SteadyTime start_;
  const Nanoseconds before_;  // of the thread, when it was made
  mutable bool ran_ = false;  // for kLeast
};

}  // namespace acceld::daemon
