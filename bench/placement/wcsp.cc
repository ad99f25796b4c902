#include "bench/placement/wcsp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>

namespace acceld::bench {
namespace {

// What no placement costs: costs of this and more forbid.
std::int64_t Top(const Instance& one) {
  const auto farthest =
      *std::max_element(one.distance.begin(), one.distance.end());
  const auto traffic =
      std::accumulate(one.flow.begin(), one.flow.end(), std::int64_t{0});
  return farthest * traffic + 1;
}

std::int64_t PairCost(const Instance& one, std::size_t i, std::size_t a,
                      std::size_t j, std::size_t b, std::int64_t top) {
  if (a == b && one.capacity[a] < 2) return top;
  return one.Flow(i, j) * one.Distance(a, b) +
         one.Flow(j, i) * one.Distance(b, a);
}

// One function: its variables, and every tuple whose cost is not 0.
void Write(const std::string& variables, std::size_t tuples,
           const std::string& lines, std::string& text) {
  fmt::format_to(std::back_inserter(text), "{} 0 {}\n{}", variables, tuples,
                 lines);
}

void WriteUnary(const Instance& one, std::size_t i, std::string& text) {
  std::string lines;
  std::size_t tuples = 0;
  for (std::size_t value = 0; value < one.allowed[i].size(); ++value) {
    const std::size_t device = one.allowed[i][value];
    const auto cost = one.Flow(i, i) * one.Distance(device, device);
    if (cost == 0) continue;
    fmt::format_to(std::back_inserter(lines), "{} {}\n", value, cost);
    ++tuples;
  }
  Write(fmt::format("1 {}", i), tuples, lines, text);
}

void WritePair(const Instance& one, std::size_t i, std::size_t j,
               std::string& text) {
  const std::int64_t top = Top(one);
  std::string lines;
  std::size_t tuples = 0;
  for (std::size_t a = 0; a < one.allowed[i].size(); ++a) {
    for (std::size_t b = 0; b < one.allowed[j].size(); ++b) {
      const auto cost =
          PairCost(one, i, one.allowed[i][a], j, one.allowed[j][b], top);
      if (cost == 0) continue;
      fmt::format_to(std::back_inserter(lines), "{} {} {}\n", a, b, cost);
      ++tuples;
    }
  }
  Write(fmt::format("2 {} {}", i, j), tuples, lines, text);
}

bool IsSome(std::int64_t capacity, std::size_t stages) {
  return capacity != 1 && capacity < static_cast<std::int64_t>(stages);
}

}  // namespace

Result<std::string> ToWcsp(const Instance& instance) {
  const std::size_t stages = instance.stages;
  std::size_t most = 0;
  std::string sizes;
  for (const auto& allowed : instance.allowed) {
    most = std::max(most, allowed.size());
    for (const std::size_t device : allowed) {
      if (!IsSome(instance.capacity[device], stages)) continue;
      return Fail(ErrorCode::kUnsupported,
                  "a device has room for some of the stages");
    }
    fmt::format_to(std::back_inserter(sizes), "{}{}", sizes.empty() ? "" : " ",
                   allowed.size());
  }
  const std::size_t functions = stages + stages * (stages - 1) / 2;
  std::string text = fmt::format("placement {} {} {} {}\n{}\n", stages, most,
                                 functions, Top(instance), sizes);
  for (std::size_t i = 0; i < stages; ++i) {
    WriteUnary(instance, i, text);
    for (std::size_t j = i + 1; j < stages; ++j) {
      WritePair(instance, i, j, text);
    }
  }
  return text;
}

}  // namespace acceld::bench
