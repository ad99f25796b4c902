#include "placement/search/shake.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace acceld::placement {
namespace {

struct Variable {
  std::size_t c = 0;
  std::size_t replica = 0;
};

// A linear congruential generator (Knuth's MMIX); its high bits are good.
std::size_t Draw(std::uint64_t& random, std::size_t below) {
  random = random * 6364136223846793005U + 1442695040888963407U;
  return static_cast<std::size_t>(random >> 33) % below;
}

}  // namespace

Assignment Shake(const Problem& problem, const Assignment& values,
                 std::uint64_t& random) {
  std::vector<Variable> variables;
  for (std::size_t c = 0; c < values.size(); ++c) {
    for (std::size_t r = 0; r < values[c].size(); ++r) {
      variables.push_back({c, r});
    }
  }
  Assignment shaken = values;
  const std::size_t exchanges = 2 + Draw(random, 1 + variables.size() / 3);
  for (std::size_t i = 0; i < exchanges; ++i) {
    const Variable a = variables[Draw(random, variables.size())];
    const Variable b = variables[Draw(random, variables.size())];
    std::size_t& at_a = shaken[a.c][a.replica];
    std::size_t& at_b = shaken[b.c][b.replica];
    const auto& of_a = problem.classes[a.c].domain;
    const auto& of_b = problem.classes[b.c].domain;
    const auto to_a = std::find(of_a.begin(), of_a.end(), of_b[at_b]);
    const auto to_b = std::find(of_b.begin(), of_b.end(), of_a[at_a]);
    if (to_a == of_a.end() || to_b == of_b.end()) continue;
    at_a = static_cast<std::size_t>(to_a - of_a.begin());
    at_b = static_cast<std::size_t>(to_b - of_b.begin());
  }
  return shaken;
}

}  // namespace acceld::placement
