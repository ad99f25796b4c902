#include "base/cpu_list.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace acceld {
namespace {

constexpr int kWordBits = 32;

tl::unexpected<Error> Corrupt(std::string_view text, const char* why) {
  return Fail(ErrorCode::kCorruptInput,
              "'" + std::string(text.substr(0, 40)) + "' is no list: " + why);
}

// Reads a decimal number at the front of `text` and takes it off.
Result<int> TakeNumber(std::string_view& text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || number < 0 || number >= kMostCpus) {
    return Corrupt(text, "expected a CPU number");
  }
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return number;
}

std::string_view TakeUntilComma(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view part = rest.substr(0, comma);
  rest = comma == std::string_view::npos ? std::string_view()
                                         : rest.substr(comma + 1);
  return part;
}

}  // namespace

Result<std::vector<int>> ParseCpuList(std::string_view text) {
  std::vector<int> cpus;
  if (text.empty()) return cpus;
  if (text.back() == ',') return Corrupt(text, "ends with a comma");
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view part = TakeUntilComma(rest);
    ACCELD_TRY(const int first, TakeNumber(part));
    int last = first;
    if (part.starts_with('-')) {
      part.remove_prefix(1);
      ACCELD_TRY(last, TakeNumber(part));
    }
    if (!part.empty() || last < first) return Corrupt(text, "bad range");
    // A long text of wide ranges would otherwise grow without bound.
    if (cpus.size() + static_cast<std::size_t>(last - first) >= kMostCpus) {
      return Corrupt(text, "too many entries");
    }
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

std::string FormatCpuList(std::span<const int> cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(cpus[i]);
    if (last > i) text += '-' + std::to_string(cpus[last]);
    i = last + 1;
  }
  return text;
}

Result<std::vector<int>> ParseCpuMask(std::string_view text) {
  std::vector<std::uint32_t> words;  // highest first
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = TakeUntilComma(rest);
    std::uint32_t word = 0;
    const char* end = part.data() + part.size();
    const auto parsed = std::from_chars(part.data(), end, word, 16);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
      return Corrupt(text, "expected words of hexadecimal digits");
    }
    words.push_back(word);
  }
  if (words.empty() || text.back() == ',' ||
      words.size() > kMostCpus / kWordBits) {
    return Corrupt(text, "bad mask");
  }
  std::reverse(words.begin(), words.end());
  std::vector<int> cpus;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (int bit = 0; bit < kWordBits; ++bit) {
      const int cpu = static_cast<int>(i) * kWordBits + bit;
      if (((words[i] >> bit) & 1U) != 0) cpus.push_back(cpu);
    }
  }
  return cpus;
}

}  // namespace acceld
