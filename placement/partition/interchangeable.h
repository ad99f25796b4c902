// Interchangeable: devices that can be swapped without changing any score, so
// that of a set of them only the number counts. Subsets of free devices are
// numbered by how many of each class they hold; those of a class are always
// taken in their order.
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "placement/partition/pair_scores.h"

namespace acceld::placement {

// Bit i: the i-th free device.
using DeviceSet = std::uint32_t;

class Interchangeable {
 public:
  // `scores`: by place among the free devices, of which there are `count`.
  // Devices in `required` are no others' equals. Nothing where there are more
  // than `limit` subsets.
  [[nodiscard]] static std::optional<Interchangeable> Find(
      const PairScores& scores, std::size_t count, DeviceSet required,
      std::size_t limit);

  // Subsets by their number; a subset's number is above those of all that it
  // contains. The first is empty, the last holds all.
  [[nodiscard]] std::span<const DeviceSet> subsets() const { return subsets_; }
  // How much taking the device out of a subset takes off its number.
  [[nodiscard]] std::uint32_t Step(std::size_t device) const {
    return steps_[device];
  }
  // The equal that is taken just before the device; empty for the first.
  [[nodiscard]] DeviceSet Before(std::size_t device) const {
    return before_[device];
  }

 private:
  std::vector<DeviceSet> subsets_;
  std::vector<std::uint32_t> steps_;  // by device
  std::vector<DeviceSet> before_;     // by device
};

}  // namespace acceld::placement
