#include "accounting/solver_times.h"

#include <algorithm>
#include <cstddef>

namespace acceld::accounting {

Nanoseconds SolverTimes::UsedBy(const std::string& account) const {
  const auto found = times_.find(account);
  if (found == times_.end()) return Nanoseconds(0);
  return Nanoseconds(found->second.reserved + SpentNow(found->second));
}

std::int64_t SolverTimes::SpentNow(const Times& times) const {
  const SteadyTime start = clock_.Now() - kMinute;
  std::int64_t sum = 0;
  for (const Spent& one : times.spent) {
    if (one.since > start) sum += one.nanoseconds;
  }
  return sum;
}

void SolverTimes::ForgetIdle() {
  if (times_.size() < most_before_forgetting_) return;
  std::erase_if(times_, [this](const auto& one) {
    return one.second.reserved == 0 && SpentNow(one.second) == 0;
  });
  // Twice what is left: the next look at all pays for itself.
  most_before_forgetting_ = std::max<std::size_t>(64, 2 * times_.size());
}

void SolverTimes::Reserve(const std::string& account, Nanoseconds time) {
  ForgetIdle();
  times_[account].reserved += time.value();
}

void SolverTimes::Spend(const std::string& account, Nanoseconds reserved,
                        Nanoseconds time) {
  Times& of = times_[account];
  of.reserved -= reserved.value();
  const SteadyTime now = clock_.Now();
  while (!of.spent.empty() && of.spent.front().since <= now - kMinute) {
    of.spent.pop_front();
  }
  if (time.value() > 0) {
    if (of.spent.empty() ||
        now - of.spent.back().since >= std::chrono::seconds(1)) {
      of.spent.push_back({now, 0});
    }
    of.spent.back().nanoseconds += time.value();
  }
  if (UsedBy(account).value() == 0 && of.reserved == 0) times_.erase(account);
}

}  // namespace acceld::accounting
