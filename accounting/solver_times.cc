#include "accounting/solver_times.h"

namespace acceld::accounting {

Nanoseconds SolverTimes::UsedBy(const std::string& account) {
  const auto found = times_.find(account);
  if (found == times_.end()) return Nanoseconds(0);
  auto& spent = found->second.spent;
  const SteadyTime start = clock_.Now() - kMinute;
  while (!spent.empty() && spent.front().since <= start) spent.pop_front();
  std::int64_t sum = found->second.reserved;
  for (const Spent& one : spent) sum += one.nanoseconds;
  return Nanoseconds(sum);
}

void SolverTimes::Reserve(const std::string& account, Nanoseconds time) {
  times_[account].reserved += time.value();
}

void SolverTimes::Spend(const std::string& account, Nanoseconds reserved,
                        Nanoseconds time) {
  Times& of = times_[account];
  of.reserved -= reserved.value();
  const SteadyTime now = clock_.Now();
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
