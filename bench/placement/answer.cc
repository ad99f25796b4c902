#include "bench/placement/answer.h"

#include <charconv>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <string>

namespace acceld::bench {
namespace {

constexpr auto kFlags = std::regex::ECMAScript | std::regex::icase;

std::optional<std::int64_t> CostIn(const std::string& line) {
  static const std::regex cost(
      R"(\b(?:cost|best|opt|optimum|solution)\s*[=:]\s*(-?\d{1,18})\b)",
      kFlags);
  std::smatch match;
  if (!std::regex_search(line, match, cost)) return std::nullopt;
  const std::string digits = match[1];
  std::int64_t number = 0;
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool IsProof(const std::string& line) {
  static const std::regex proof(R"(\b(?:proved|optimal|optimum|opt)\b)",
                                kFlags);
  static const std::regex limit(R"(\blimit\b)", kFlags);
  return std::regex_search(line, proof) && !std::regex_search(line, limit);
}

std::optional<Seconds> TimeIn(const std::string& line) {
  static const std::regex named(R"(\btime\s*[=:]\s*([0-9.]+(?:e-?\d+)?))",
                                kFlags);
  static const std::regex worded(R"(([0-9.]+(?:e-?\d+)?)\s*seconds\b)", kFlags);
  std::smatch match;
  if (!std::regex_search(line, match, named) &&
      !std::regex_search(line, match, worded)) {
    return std::nullopt;
  }
  return Seconds(std::strtod(match[1].str().c_str(), nullptr));
}

}  // namespace

std::optional<Answer> ParseAnswer(std::string_view output) {
  std::optional<Answer> last;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);) {
    const auto cost = CostIn(line);
    if (cost) last = Answer{*cost, IsProof(line), TimeIn(line)};
  }
  return last;
}

}  // namespace acceld::bench
