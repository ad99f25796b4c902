#include "daemon/solver_clock.h"

#include <time.h>

namespace acceld::daemon {

Nanoseconds ThreadTime() {
  timespec time{};
  (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  constexpr std::int64_t kSecond = 1'000'000'000;
  return Nanoseconds(time.tv_sec * kSecond + time.tv_nsec);
}

SolverClock::SolverClock(const Clock& wall, Nanoseconds (*thread_time)())
    : wall_(wall),
      thread_time_(thread_time),
      start_(wall.Now()),
      before_(thread_time()) {}

SteadyTime SolverClock::Now() const {
  const SteadyTime now = wall_.Now();
  // Most searches end before: they never ask how long the thread ran.
  if (ran_ || now <= start_ + kLeast) return now;
  ran_ = std::chrono::nanoseconds(Spent().value()) >= kLeast;
  return ran_ ? now : start_ + kLeast;
}

Nanoseconds SolverClock::Spent() const { return thread_time_() - before_; }

}  // namespace acceld::daemon
