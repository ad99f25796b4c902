#include "placement/partition/interchangeable.h"

namespace acceld::placement {
namespace {

bool AreEqual(const PairScores& scores, std::size_t count, std::size_t a,
              std::size_t b) {
  for (std::size_t c = 0; c < count; ++c) {
    if (c != a && c != b && scores.Of(a, c) != scores.Of(b, c)) return false;
  }
  return true;
}

// By class its members, in order. Being equal is an equivalence: one member
// stands for all.
std::vector<std::vector<std::size_t>> Classes(const PairScores& scores,
                                              std::size_t count,
                                              DeviceSet required) {
  std::vector<std::vector<std::size_t>> classes;
  auto is_required = [&](std::size_t device) {
    return ((required >> device) & 1U) != 0;
  };
  for (std::size_t device = 0; device < count; ++device) {
    bool is_placed = false;
    for (std::vector<std::size_t>& members : classes) {
      const std::size_t first = members.front();
      if (is_required(first) || is_required(device) ||
          !AreEqual(scores, count, first, device)) {
        continue;
      }
      members.push_back(device);
      is_placed = true;
      break;
    }
    if (!is_placed) classes.push_back({device});
  }
  return classes;
}

}  // namespace

std::optional<Interchangeable> Interchangeable::Find(const PairScores& scores,
                                                     std::size_t count,
                                                     DeviceSet required,
                                                     std::size_t limit) {
  Interchangeable result;
  result.steps_.resize(count);
  result.before_.resize(count);
  const auto classes = Classes(scores, count, required);
  std::size_t all = 1;
  for (const auto& members : classes) {
    all *= members.size() + 1;
    if (all > limit) return std::nullopt;
  }
  result.subsets_.reserve(all);
  result.subsets_.push_back(0);
  for (const auto& members : classes) {
    const std::size_t others = result.subsets_.size();
    // Those that are still there are the last of their class.
    DeviceSet present = 0;
    for (std::size_t i = members.size(); i-- > 0;) {
      present |= DeviceSet{1} << members[i];
      for (std::size_t j = 0; j < others; ++j) {
        result.subsets_.push_back(result.subsets_[j] | present);
      }
      result.steps_[members[i]] = static_cast<std::uint32_t>(others);
      if (i > 0) result.before_[members[i]] = DeviceSet{1} << members[i - 1];
    }
  }
  return result;
}

}  // namespace acceld::placement
