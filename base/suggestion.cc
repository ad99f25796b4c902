#include "base/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace acceld {
namespace {

constexpr std::size_t kLongestText = 64;  // bounds the quadratic work

// Optimal string alignment distance: three rows of the classic table.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced =
          above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string_view> NearestName(
    std::string_view text, std::span<const std::string_view> known) {
  if (text.size() > kLongestText) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t least = 0;
  for (const std::string_view name : known) {
    const std::size_t distance = EditDistance(text, name);
    if (nearest && distance >= least) continue;
    nearest = name;
    least = distance;
  }
  if (!nearest || least * 3 > nearest->size()) return std::nullopt;
  return nearest;
}

}  // namespace acceld
