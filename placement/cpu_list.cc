#include "placement/cpu_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace acceld::placement {
namespace {

std::optional<std::int64_t> ParseCpu(std::string_view text) {
  std::int64_t cpu = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, cpu);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  if (cpu < 0 || cpu > kMaxCpu) return std::nullopt;
  return cpu;
}

struct CpuRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

std::optional<CpuRange> ParseRange(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = ParseCpu(text.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : ParseCpu(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return CpuRange{*first, *last};
}

}  // namespace

Result<std::vector<std::int64_t>> ParseCpuList(std::string_view text) {
  std::vector<bool> present;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const auto range = ParseRange(rest.substr(0, comma));
    if (!range || comma + 1 == rest.size()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "'" + std::string(text.substr(0, 40)) +
                      "' is not a list of CPUs (0 to " +
                      std::to_string(kMaxCpu) + "); write it like 0-3,8");
    }
    const auto end = static_cast<std::size_t>(range->last) + 1;
    present.resize(std::max(present.size(), end));
    for (std::int64_t cpu = range->first; cpu <= range->last; ++cpu) {
      present[static_cast<std::size_t>(cpu)] = true;
    }
    rest.remove_prefix(comma == std::string_view::npos ? rest.size()
                                                       : comma + 1);
  }
  std::vector<std::int64_t> cpus;
  for (std::size_t cpu = 0; cpu < present.size(); ++cpu) {
    if (present[cpu]) cpus.push_back(static_cast<std::int64_t>(cpu));
  }
  return cpus;
}

}  // namespace acceld::placement
