// NvidiaPartitions: the choice of NVIDIA's best-effort policy as it is
// published, by plain enumeration of all divisions, and the pair scores of a
// DGX-1V. Oracle of tests and baseline of benchmarks: exponential.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/placement/cube_mesh.h"
#include "placement/partition/pair_scores.h"

namespace acceld::testing {

using Devices = std::vector<std::uint32_t>;

class NvidiaPartitions {
 public:
  // `size`: at least 2. No more required than that, and all of them free.
  NvidiaPartitions(const placement::PairScores& scores, Devices free,
                   Devices required, std::size_t size)
      : scores_(scores), required_(std::move(required)), size_(size) {
    if (free.size() < size) return;
    remainder_ = free.size() % size;
    std::vector<Devices> sets;
    Divide(free, sets);
  }

  // Empty where no division holds all that is required in one set.
  [[nodiscard]] Devices Choose() const {
    Devices choice;
    for (const Devices& set : best_) {
      if (set.size() != size_ || !HoldsRequired(set)) continue;
      if (choice.empty() || ScoreOf(set) > ScoreOf(choice)) choice = set;
    }
    return choice;
  }
  [[nodiscard]] std::int32_t total() const { return total_; }
  // How many divisions there were.
  [[nodiscard]] std::size_t count() const { return count_; }

  [[nodiscard]] std::int32_t ScoreOf(const Devices& set) const {
    std::int32_t score = 0;
    for (const std::uint32_t a : set) {
      for (const std::uint32_t b : set) {
        if (a < b) score += scores_.Of(a, b);
      }
    }
    return score;
  }

 private:
  [[nodiscard]] bool HoldsRequired(const Devices& set) const {
    return std::all_of(
        required_.begin(), required_.end(), [&](std::uint32_t device) {
          return std::find(set.begin(), set.end(), device) != set.end();
        });
  }

  void Divide(const Devices& left, std::vector<Devices>& sets) {
    if (left.empty()) return Judge(sets);
    Devices set{left[0]};
    Extend(left, 1, set, sets);
  }

  // Longer sets before those that they begin with: padding sorts last.
  void Extend(const Devices& left, std::size_t from, Devices& set,
              std::vector<Devices>& sets) {
    if (set.size() < size_) {
      for (std::size_t i = from; i < left.size(); ++i) {
        set.push_back(left[i]);
        Extend(left, i + 1, set, sets);
        set.pop_back();
      }
    }
    const bool is_remainder = remainder_ != 0 && set.size() == remainder_ &&
                              left.size() % size_ == remainder_;
    if (set.size() != size_ && !is_remainder) return;
    Devices rest;
    for (const std::uint32_t device : left) {
      if (std::find(set.begin(), set.end(), device) == set.end()) {
        rest.push_back(device);
      }
    }
    sets.push_back(set);
    Divide(rest, sets);
    sets.pop_back();
  }

  void Judge(const std::vector<Devices>& sets) {
    ++count_;
    bool is_allowed = false;
    std::int32_t total = 0;
    for (const Devices& set : sets) {
      is_allowed = is_allowed || (set.size() == size_ && HoldsRequired(set));
      total += ScoreOf(set);
    }
    if (!is_allowed || (!best_.empty() && total <= total_)) return;
    best_ = sets;
    total_ = total;
  }

  const placement::PairScores& scores_;
  const Devices required_;
  const std::size_t size_;
  std::size_t remainder_ = 0;
  std::vector<Devices> best_;
  std::int32_t total_ = 0;
  std::size_t count_ = 0;
};

// `boards` of eight V100 each, with nothing but PCIe from one to another.
inline placement::PairScores Dgx1vScores(std::size_t boards = 1) {
  placement::PairScores scores;
  for (std::size_t a = 0; a < 8 * boards; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const bool is_same_switch = a / 2 == b / 2;
      const bool is_same_socket = a / 4 == b / 4;
      scores.Set(a, b, is_same_switch ? 50 : is_same_socket ? 30 : 10);
    }
  }
  for (std::size_t board = 0; board < boards; ++board) {
    for (const bench::NvLinks& links : bench::kCubeMesh) {
      const std::size_t a = 8 * board + links.a;
      const std::size_t b = 8 * board + links.b;
      scores.Set(a, b, scores.Of(a, b) + 100 * links.count);
    }
  }
  return scores;
}

// Devices 0 to count - 1.
inline Devices FirstDevices(std::size_t count) {
  Devices devices;
  for (std::uint32_t i = 0; i < count; ++i) devices.push_back(i);
  return devices;
}

}  // namespace acceld::testing
