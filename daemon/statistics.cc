#include "daemon/statistics.h"

#include <algorithm>

namespace acceld::daemon {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

}  // namespace

void Histogram::Add(double value) {
  ++count_;
  sum_ += value;
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  if (bound == bounds_.end()) return;
  ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
}

void Outcomes::Count(std::optional<ErrorCode> refusal) {
  if (refusal) {
    ++refused[static_cast<std::size_t>(*refusal)];
  } else {
    ++succeeded;
  }
}

void Tally::CountPlacement(const placement::Solved& solved) {
  search_seconds.Add(static_cast<double>(solved.elapsed.value()) /
                     kNanosecondsPerSecond);
  gap.Add(GapOf(solved));
}

void Tally::CountEnd(LeaseState how) {
  ++(how == LeaseState::kRevoked ? revoked : released);
}

Tally& Statistics::Of(std::string_view name, const policy::Subject& member) {
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    found = entries_.try_emplace(std::string(name)).first;
  }
  found->second.member = member;
  return found->second.tally;
}

void Statistics::Keep(
    const std::function<std::string_view(const policy::Subject&)>&
        namespace_of) {
  std::erase_if(entries_, [&](const auto& entry) {
    return namespace_of(entry.second.member) != entry.first;
  });
}

double GapOf(const placement::Solved& solved) {
  const placement::Cost total = solved.placement.total;
  if (solved.proof == placement::Proof::kOptimal || total <= 0) return 0;
  // Differences in floating point: a lower bound may be far below zero.
  return (static_cast<double>(total) -
          static_cast<double>(solved.lower_bound)) /
         static_cast<double>(total);
}

}  // namespace acceld::daemon
