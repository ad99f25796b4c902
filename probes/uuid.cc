#include "probes/uuid.h"

#include <cstddef>

namespace acceld::probes {
namespace {

constexpr std::size_t kDigits = 32;
constexpr std::size_t kDashed = 36;

// Before which digit a dash stands.
bool IsDashBefore(std::size_t digit) {
  return digit == 8 || digit == 12 || digit == 16 || digit == 20;
}

char LowerHexDigit(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) return c;
  return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : '\0';
}

}  // namespace

std::optional<std::string> ParseUuid(std::string_view text) {
  if (text.size() != kDigits && text.size() != kDashed) return std::nullopt;
  const bool has_dashes = text.size() == kDashed;
  std::string uuid;
  std::size_t at = 0;
  for (std::size_t digit = 0; digit < kDigits; ++digit) {
    if (IsDashBefore(digit)) {
      if (has_dashes && text[at++] != '-') return std::nullopt;
      uuid += '-';
    }
    const char lower = LowerHexDigit(text[at++]);
    if (lower == '\0') return std::nullopt;
    uuid += lower;
  }
  return uuid;
}

bool IsBlankUuid(std::string_view uuid) {
  return uuid.find_first_not_of("0-") == std::string_view::npos ||
         uuid.find_first_not_of("f-") == std::string_view::npos;
}

}  // namespace acceld::probes
