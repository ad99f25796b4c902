#include "client/iova_space.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace acceld::client {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// The multiple of `alignment` at or above `address`; nothing beyond the end.
std::optional<std::uint64_t> AlignUp(std::uint64_t address,
                                     std::uint64_t alignment) {
  const std::uint64_t over = address & (alignment - 1);
  if (over == 0) return address;
  if (address > kMost - (alignment - over)) return std::nullopt;
  return address + (alignment - over);
}

}  // namespace

IovaSpace::IovaSpace(std::vector<IovaRange> ranges)
    : ranges_(std::move(ranges)) {
  if (ranges_.empty()) ranges_.push_back({0, kMost});
}

std::map<std::uint64_t, std::uint64_t>::const_iterator IovaSpace::From(
    std::uint64_t address) const {
  auto at = taken_.upper_bound(address);
  if (at != taken_.begin() && std::prev(at)->second >= address) --at;
  return at;
}

bool IovaSpace::TakeAt(std::uint64_t address, std::uint64_t size,
                       std::uint64_t highest) {
  if (address > kMost - (size - 1)) return false;
  const std::uint64_t last = address + (size - 1);
  const bool fits =
      last <= highest &&
      std::any_of(ranges_.begin(), ranges_.end(), [&](const IovaRange& range) {
        return range.first <= address && last <= range.last;
      });
  if (!fits) return false;
  const auto next = From(address);
  if (next != taken_.end() && next->first <= last) return false;
  taken_.emplace(address, last);
  return true;
}

std::optional<std::uint64_t> IovaSpace::Take(std::uint64_t size,
                                             std::uint64_t alignment,
                                             std::uint64_t highest) {
  for (const IovaRange& range : ranges_) {
    const std::uint64_t end = std::min(range.last, highest);
    auto at = AlignUp(std::max(range.first, alignment), alignment);
    while (at && *at <= end && end - *at >= size - 1) {
      if (TakeAt(*at, size, highest)) return at;
      const std::uint64_t taken_to = From(*at)->second;
      if (taken_to == kMost) break;
      at = AlignUp(taken_to + 1, alignment);
    }
  }
  return std::nullopt;
}

}  // namespace acceld::client
