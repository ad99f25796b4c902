// SolverTimes: how much CPU time the solver spent for each account in the last
// minute, in steps of a second, and what is reserved for solves that wait or
// run. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
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
  [[nodiscard]] Nanoseconds UsedBy(const std::string& account) const;
  void Reserve(const std::string& account, Nanoseconds time);
  // How many accounts it remembers.
  [[nodiscard]] std::size_t size() const { return times_.size(); }
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

  // What was spent and still counts.
  [[nodiscard]] std::int64_t SpentNow(const Times& times) const;
  // Users who asked once and never again would be remembered for good.
  void ForgetIdle();

  const Clock& clock_;
  std::map<std::string, Times, std::less<>> times_;  // by account
  std::size_t most_before_forgetting_ = 64;
};

}  // namespace acceld::accounting
