#include "probes/aer_counters.h"

#include <algorithm>

#include "base/sys_root.h"

namespace acceld::probes {
namespace {

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
}

}  // namespace

Result<std::vector<AerCount>> ParseAerCounters(std::string_view text) {
  constexpr std::string_view kTotal = "TOTAL_";
  std::vector<AerCount> counted;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::size_t space = line.find(' ');
    const std::string_view kind = line.substr(0, space);
    const auto count = ParseInteger(
        space == std::string_view::npos ? "" : line.substr(space + 1));
    if (!IsWord(kind) || !count || *count < 0) {
      return Fail(ErrorCode::kCorruptInput,
                  "a line is not a kind of error and a number");
    }
    if (*count == 0 || kind.starts_with(kTotal)) continue;
    counted.push_back({std::string(kind), *count});
  }
  return counted;
}

}  // namespace acceld::probes
