#include "integrations/kubernetes/dra/quantity.h"

#include <cstddef>
#include <limits>

#include "base/utf8.h"

namespace acceld::dra {
namespace {

constexpr std::size_t kMaxShown = 128;

}  // namespace

Result<std::int64_t> ParseQuantity(std::string_view text) {
  struct Suffix {
    std::string_view text;
    std::int64_t factor;
  };
  constexpr Suffix kSuffixes[] = {{"Ki", std::int64_t{1} << 10},
                                  {"Mi", std::int64_t{1} << 20},
                                  {"Gi", std::int64_t{1} << 30},
                                  {"Ti", std::int64_t{1} << 40},
                                  {"Pi", std::int64_t{1} << 50},
                                  {"Ei", std::int64_t{1} << 60},
                                  {"k", 1'000},
                                  {"M", 1'000'000},
                                  {"G", 1'000'000'000},
                                  {"T", 1'000'000'000'000},
                                  {"P", 1'000'000'000'000'000},
                                  {"E", 1'000'000'000'000'000'000},
                                  {"", 1}};
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9';
       ++digits) {
    const int digit = text[digits] - '0';
    if (number > (kMost - digit) / 10) {
      return Fail(ErrorCode::kInvalidArgument, "a quantity is too large");
    }
    number = number * 10 + digit;
  }
  for (const Suffix& suffix : kSuffixes) {
    if (digits == 0 || text.substr(digits) != suffix.text) continue;
    if (number > kMost / suffix.factor) break;
    return number * suffix.factor;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "'" + Printable(text, kMaxShown) + "' is no whole quantity");
}

std::string PrintQuantity(std::int64_t number) {
  constexpr std::string_view kSuffixes[] = {"k", "M", "G", "T", "P", "E"};
  constexpr std::int64_t kThousand = 1'000;
  std::string_view suffix;
  for (const std::string_view next : kSuffixes) {
    if (number == 0 || number % kThousand != 0) break;
    number /= kThousand;
    suffix = next;
  }
  return std::to_string(number) + std::string(suffix);
}

}  // namespace acceld::dra
