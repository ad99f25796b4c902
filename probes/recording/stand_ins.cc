#include "probes/recording/stand_ins.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace acceld::recording {
namespace {

bool IsAlphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

char Lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool IsHexadecimal(std::string_view value) {
  return value.starts_with("0x") || value.starts_with("0X");
}

// "0x1f" and "1F" are one value.
std::string KeyOf(std::string_view value) {
  if (IsHexadecimal(value)) value.remove_prefix(2);
  std::string key(value);
  std::transform(key.begin(), key.end(), key.begin(), Lower);
  return key;
}

// In the digits that every form takes: those of decimal numbers.
std::string Digits(std::size_t number) { return std::to_string(number); }

}  // namespace

std::size_t StandIns::NumberOf(std::string key) {
  return numbers_.try_emplace(std::move(key), numbers_.size() + 1)
      .first->second;
}

std::string StandIns::For(std::string_view value) {
  const std::size_t from = IsHexadecimal(value) ? 2 : 0;
  const bool none = std::all_of(
      value.begin() + static_cast<std::ptrdiff_t>(from), value.end(),
      [](char c) { return c == '0' || !IsAlphanumeric(c); });
  std::string text(value);
  if (none) return text;
  std::string digits = Digits(NumberOf(KeyOf(value)));
  for (std::size_t i = text.size(); i > from; --i) {
    char& c = text[i - 1];
    // Words of other scripts go too, byte by byte.
    if (static_cast<unsigned char>(c) < 0x80 && !IsAlphanumeric(c)) continue;
    c = digits.empty() ? '0' : digits.back();
    if (!digits.empty()) digits.pop_back();
  }
  return text.insert(from, digits);  // a value too short for its number
}

std::string StandIns::ForBytes(std::string_view bytes) {
  std::string text(bytes.size(), '\0');
  if (bytes == text) return text;
  std::size_t number = NumberOf("bytes:" + std::string(bytes));
  for (char& c : text) {
    c = static_cast<char>(number & 0xff);
    number >>= 8;
  }
  return text;
}

}  // namespace acceld::recording
