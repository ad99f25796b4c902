// Statistics: what became of requests and leases since acceld started, by
// namespace of who asked. Counted by the broker where a request or a lease
// ends; told to those who see the namespace (the property Statistics of the
// manager), and to nobody else. Bounded by the namespaces of the policy, not
// by users, leases or requests. Loop thread only.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "daemon/lease/lease.h"
#include "placement/placement.h"
#include "policy/subject.h"

namespace acceld::daemon {

// How many values were at most each of some bounds.
class Histogram {
 public:
  // `bounds` ascend, and must outlive it.
  explicit Histogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(bounds.size()) {}

  void Add(double value);
  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  // As bounds: how many values were in (previous bound, bound].
  [[nodiscard]] std::span<const std::int64_t> counts() const { return counts_; }
  // Of all values, those above the last bound too.
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::int64_t> counts_;
  std::int64_t count_ = 0;
  double sum_ = 0;
};

// Seconds, of a search: from those for one stage to the longest deadline that
// a policy allows which is silent about it.
inline constexpr std::array kSearchBounds{1e-5,   2.5e-5, 5e-5,   1e-4, 2.5e-4,
                                          5e-4,   1e-3,   2.5e-3, 5e-3, 1e-2,
                                          2.5e-2, 5e-2,   0.1,    0.25, 1.0};
// Seconds, of a whole request: a driver may take its time to bind a device.
inline constexpr std::array kRequestBounds{1e-4, 2.5e-4, 5e-4,   1e-3, 2.5e-3,
                                           5e-3, 1e-2,   2.5e-2, 5e-2, 0.1,
                                           0.25, 0.5,    1.0,    2.5,  10.0};
// Of the cost: 0 is proven optimal.
inline constexpr std::array kGapBounds{0.0,  1e-4, 1e-3, 5e-3, 1e-2,
                                       0.02, 0.05, 0.1,  0.2,  0.5};

inline constexpr std::size_t kErrorCodeCount =
    static_cast<std::size_t>(ErrorCode::kInternal) + 1;  // the last one

// How the calls of one method ended.
struct Outcomes {
  std::int64_t succeeded = 0;
  std::array<std::int64_t, kErrorCodeCount> refused{};  // by ErrorCode

  // Nothing: it succeeded.
  void Count(std::optional<ErrorCode> refusal);
};

// Of one namespace.
struct Tally {
  Outcomes acquire;
  Outcomes plan;
  Histogram acquire_seconds{kRequestBounds};  // of those that got a lease
  // Of the placements of those leases.
  Histogram search_seconds{kSearchBounds};
  Histogram gap{kGapBounds};
  std::int64_t released = 0;  // leases that their owners ended
  std::int64_t revoked = 0;

  void CountPlacement(const placement::Solved& solved);
  void CountEnd(LeaseState how);
};

class Statistics {
 public:
  // What was counted of one namespace.
  struct Entry {
    Tally tally;
    // Who asked last: by it a policy says who sees the namespace.
    policy::Subject member;
  };
  // By the name of the namespace.
  using Entries = std::map<std::string, Entry, std::less<>>;

  // Of the namespace `name`, which `member` is in; made where it is new.
  [[nodiscard]] Tally& Of(std::string_view name, const policy::Subject& member);
  [[nodiscard]] const Entries& entries() const { return entries_; }
  // Forgets a namespace whose member is in another now: the policy is new.
  void Keep(const std::function<std::string_view(const policy::Subject&)>&
                namespace_of);

 private:
  Entries entries_;
};

// How far a placement's cost may be from the best there is, as a share of it.
[[nodiscard]] double GapOf(const placement::Solved& solved);

}  // namespace acceld::daemon
