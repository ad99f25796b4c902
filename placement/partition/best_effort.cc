#include "placement/partition/best_effort.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "placement/partition/interchangeable.h"

namespace acceld::placement {
namespace {

// 32 devices have 496 pairs: sums of these fit.
constexpr std::int32_t kMaxScore = 1'000'000;
constexpr std::size_t kMaxSubsets = std::size_t{1} << 20;
constexpr std::int32_t kNoDivision = std::numeric_limits<std::int32_t>::min();

using Gains = PairScores::Row;
constexpr Gains kNoGains{};

DeviceSet Bit(std::size_t device) { return DeviceSet{1} << device; }
std::size_t FirstOf(DeviceSet set) {
  return static_cast<std::size_t>(std::countr_zero(set));
}
int CountOf(DeviceSet set) { return std::popcount(set); }

// Whether `a` is before `b` where sets are compared device by device, and one
// that ends is after those that go on (it is padded).
bool IsBefore(DeviceSet a, DeviceSet b) {
  const DeviceSet differ = a ^ b;
  return differ != 0 && (a & (differ & (~differ + 1))) != 0;
}

// The best division of each subset of the free devices.
class Divisions {
 public:
  Divisions(const PairScores& scores, const Interchangeable& alike,
            std::size_t count, DeviceSet required, int size)
      : scores_(scores),
        alike_(alike),
        count_(static_cast<int>(count)),
        required_(required),
        size_(size),
        remainder_(count_ % size),
        best_(alike.subsets().size(), kNoDivision),
        first_(alike.subsets().size()) {
    for (int here = 0; here <= count_; ++here) {
      const std::optional<int> gone = SetsGone(here);
      first_left_.push_back(gone ? static_cast<std::size_t>(*gone)
                                 : PairScores::kMaxDevices);
    }
    best_[0] = 0;
    // A subset's number is above those of its parts: they are known by then.
    // The first device goes first: no part has it.
    for (std::size_t i = 1; i + 1 < best_.size(); ++i) {
      const DeviceSet part = alike.subsets()[i];
      if ((part & 1U) == 0 && IsReached(part)) Divide(i);
    }
    Divide(best_.size() - 1);
  }

  [[nodiscard]] std::int32_t total() const { return best_.back(); }

  // The sets of the best division of all, in order.
  [[nodiscard]] std::vector<DeviceSet> Sets() const {
    std::vector<DeviceSet> sets;
    for (std::size_t i = best_.size() - 1; i > 0;) {
      sets.push_back(first_[i]);
      i -= StepOf(first_[i]);
    }
    return sets;
  }

  [[nodiscard]] std::int32_t ScoreOf(DeviceSet set) const {
    std::int32_t score = 0;
    for (DeviceSet a = set; a != 0; a &= a - 1) {
      for (DeviceSet b = a & (a - 1); b != 0; b &= b - 1) {
        score += scores_.Of(FirstOf(a), FirstOf(b));
      }
    }
    return score;
  }

 private:
  // How many sets are gone where `here` devices are left; nothing where no
  // division leaves so many: whole sets and at most one remainder go.
  [[nodiscard]] std::optional<int> SetsGone(int here) const {
    const int over = here % size_;
    if (over != 0 && over != remainder_) return std::nullopt;
    const bool is_remainder_gone = remainder_ != 0 && over == 0;
    const int gone = count_ - here - (is_remainder_gone ? remainder_ : 0);
    if (gone < 0) return std::nullopt;
    return gone / size_ + (is_remainder_gone ? 1 : 0);
  }

  // Whether divisions can leave just this subset. Each set takes the first
  // device that is left, so at least as many of the first are gone as sets.
  [[nodiscard]] bool IsReached(DeviceSet left) const {
    if (FirstOf(left) < first_left_[static_cast<std::size_t>(CountOf(left))]) {
      return false;
    }
    return (left & required_) == 0 || (left & required_) == required_;
  }

  [[nodiscard]] std::uint32_t StepOf(DeviceSet set) const {
    std::uint32_t step = 0;
    for (; set != 0; set &= set - 1) step += alike_.Step(FirstOf(set));
    return step;
  }

  // The set with the first device of subset `index` that goes with the best
  // division of the rest.
  void Divide(std::size_t index) {
    const DeviceSet left = alike_.subsets()[index];
    const std::size_t first = FirstOf(left);
    subset_ = index;
    left_ = left;
    const Gains& gains = scores_.OfDevice(first);
    const Growing start{Bit(first), left & (left - 1),
                        index - alike_.Step(first), 0};
    if (CountOf(left) >= size_) Grow(start, gains, size_ - 1);
    // The remainder holds nothing that is required.
    if (remainder_ != 0 && CountOf(left) % size_ == remainder_) {
      is_remainder_ = true;
      Grow(start, gains, remainder_ - 1);
      is_remainder_ = false;
    }
  }

  // A set that grows by devices after its last.
  struct Growing {
    DeviceSet set;
    DeviceSet after;   // of the subset: those after the set's last
    std::size_t rest;  // number of the subset without the set
    std::int32_t score;
  };

  // `gains`: by device what it adds to the score of the set.
  void Grow(const Growing& now, const Gains& gains, int missing) {
    if (missing == 0) return Take(now.set, now.rest, now.score);
    if (missing == 1) {  // only where sets are pairs: see below
      return GrowByOne(now, kNoGains, FirstOf(now.set));
    }
    for (DeviceSet after = now.after; after != 0; after &= after - 1) {
      // Counting takes as long as finding out, where few are missing.
      if (missing > 2 && CountOf(after) < missing) return;
      const std::size_t device = FirstOf(after);
      if (IsAfterEquals(device, now.set)) continue;
      const Growing next = With(now, device, after, gains[device]);
      if (missing == 2) {
        // Most of the time goes here: the gains are not written anew.
        GrowByOne(next, gains, device);
        continue;
      }
      Gains more = scores_.OfDevice(device);
      for (std::size_t i = 0; i < more.size(); ++i) more[i] += gains[i];
      Grow(next, more, missing - 1);
    }
  }

  // `gains`: without what `last`, a device of the set, adds to them.
  void GrowByOne(const Growing& now, const Gains& gains, std::size_t last) {
    const auto& scores = scores_.OfDevice(last);
    for (DeviceSet after = now.after; after != 0; after &= after - 1) {
      const std::size_t device = FirstOf(after);
      if (IsAfterEquals(device, now.set)) continue;
      Take(now.set | Bit(device), now.rest - alike_.Step(device),
           now.score + gains[device] + scores[device]);
    }
  }

  // Whether an equal of the device is left in the subset that comes first.
  [[nodiscard]] bool IsAfterEquals(std::size_t device, DeviceSet set) const {
    return (alike_.Before(device) & left_ & ~set) != 0;
  }

  [[nodiscard]] Growing With(const Growing& now, std::size_t device,
                             DeviceSet after, std::int32_t gain) const {
    return {now.set | Bit(device), after & (after - 1),
            now.rest - alike_.Step(device), now.score + gain};
  }

  void Take(DeviceSet set, std::size_t rest, std::int32_t score) {
    if (best_[rest] == kNoDivision) return;
    const std::int32_t total = score + best_[rest];
    std::int32_t& best = best_[subset_];
    if (total < best) return;
    const DeviceSet common = set & required_;
    if (common != 0 && (common != required_ || is_remainder_)) return;
    if (total == best && !IsBefore(set, first_[subset_])) return;
    best = total;
    first_[subset_] = set;
  }

  const PairScores& scores_;
  const Interchangeable& alike_;
  const int count_;
  const DeviceSet required_;
  const int size_;
  const int remainder_;
  // By how many devices a subset has: its first is not before this one.
  std::vector<std::size_t> first_left_;
  std::vector<std::int32_t> best_;  // by subset
  std::vector<DeviceSet> first_;    // by subset: the set of its first device
  std::size_t subset_ = 0;          // the one being divided
  DeviceSet left_ = 0;              // what it holds
  bool is_remainder_ = false;       // the set that grows
};

Status CheckFree(const PairScores& scores,
                 std::span<const std::uint32_t> free) {
  std::uint32_t seen = 0;
  for (const std::uint32_t device : free) {
    if (device >= PairScores::kMaxDevices || (seen & Bit(device)) != 0) {
      return Fail(ErrorCode::kInvalidArgument,
                  "free devices: each once, and at most 32");
    }
    seen |= Bit(device);
    for (const std::uint32_t other : free) {
      if (other < PairScores::kMaxDevices &&
          std::abs(std::int64_t{scores.Of(device, other)}) > kMaxScore) {
        return Fail(ErrorCode::kInvalidArgument,
                    "a pair score beyond a million points");
      }
    }
  }
  return {};
}

// By place among the free devices. Nothing where one is not free.
std::optional<DeviceSet> PlacesOf(std::span<const std::uint32_t> devices,
                                  std::span<const std::uint32_t> free) {
  DeviceSet places = 0;
  for (const std::uint32_t device : devices) {
    const auto at = std::find(free.begin(), free.end(), device);
    if (at == free.end()) return std::nullopt;
    places |= Bit(static_cast<std::size_t>(at - free.begin()));
  }
  return places;
}

std::vector<std::uint32_t> DevicesOf(DeviceSet places,
                                     std::span<const std::uint32_t> free) {
  std::vector<std::uint32_t> devices;
  for (; places != 0; places &= places - 1) {
    devices.push_back(free[FirstOf(places)]);
  }
  return devices;
}

BestEffortChoice BestSetOf(const Divisions& divisions, DeviceSet required,
                           int size, std::span<const std::uint32_t> free) {
  BestEffortChoice choice;
  for (const DeviceSet set : divisions.Sets()) {
    if ((set & required) != required || CountOf(set) != size) continue;
    const std::int32_t score = divisions.ScoreOf(set);
    if (!choice.devices.empty() && score <= choice.score) continue;
    choice.devices = DevicesOf(set, free);
    choice.score = score;
  }
  choice.total = divisions.total();
  return choice;
}

}  // namespace

Result<BestEffortChoice> ChooseBestEffort(
    const PairScores& scores, std::span<const std::uint32_t> free,
    std::span<const std::uint32_t> required, int size) {
  ACCELD_TRY_VOID(CheckFree(scores, free));
  const std::optional<DeviceSet> places = PlacesOf(required, free);
  if (size <= 0 || std::cmp_less(free.size(), size) || !places ||
      CountOf(*places) > size) {
    return BestEffortChoice{};
  }
  if (size == 1) {  // every division scores nothing
    const DeviceSet taken = *places != 0 ? *places : 1;
    return BestEffortChoice{DevicesOf(taken, free), 0, 0};
  }
  PairScores of_free;
  for (std::size_t i = 0; i < free.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      of_free.Set(i, j, scores.Of(free[i], free[j]));
    }
  }
  const auto alike =
      Interchangeable::Find(of_free, free.size(), *places, kMaxSubsets);
  if (!alike) {
    return Fail(ErrorCode::kUnsupported,
                "too many free devices of which no two are interchangeable "
                "(more than 2^20 subsets)");
  }
  const Divisions divisions(of_free, *alike, free.size(), *places, size);
  if (divisions.total() == kNoDivision) return BestEffortChoice{};
  return BestSetOf(divisions, *places, size, free);
}

}  // namespace acceld::placement
