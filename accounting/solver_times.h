// SolverTimes: how much CPU time the solver spent for each account in the last
// minute, in steps of a second, and what is reserved for solves that wait or
// run. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/units.h"

namespace acceld::accounting {

class SolverTimes {
 public:
  // How long it counts.
  static constexpr std::chrono::seconds kMinute{60};

  // `clock` must outlive it.
  explicit SolverTimes(const Clock& clock) : clock_(clock) {}

  // With what is reserved.
  [[nodiscard]] Nanoseconds UsedBy(const std::string& account);
  void Reserve(const std::string& account, Nanoseconds time);
  // A solve has ended. Requires: `reserved` was reserved for it.
  void Spend(const std::string& account, Nanoseconds reserved,
             Nanoseconds time);

 private:
  // The CPU time of one second.
  struct Spent {
    SteadyTime since;
    std::int64_t nanoseconds = 0;
  };
  struct Times {
    std::deque<Spent> spent;  // oldest first
    std::int64_t reserved = 0;
  };

  const Clock& clock_;
  std::map<std::string, Times, std::less<>> times_;  // by account
};

}  // namespace acceld::accounting
