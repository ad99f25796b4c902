#include "graph/natural_order.h"

#include <algorithm>

namespace acceld::graph {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }
bool IsWordCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Cuts the first run of characters for which `belongs` holds off `text`.
template <typename Belongs>
std::string_view TakeWhile(std::string_view& text, Belongs belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// Numbers of any length, decimal or hexadecimal: more digits is more.
int CompareNumbers(std::string_view a, std::string_view b) {
  TakeWhile(a, [](char c) { return c == '0'; });
  TakeWhile(b, [](char c) { return c == '0'; });
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int CompareMixedWords(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const int order =
          CompareNumbers(TakeWhile(a, IsDigit), TakeWhile(b, IsDigit));
      if (order != 0) return order;
    } else if (a.front() != b.front()) {
      return a.front() < b.front() ? -1 : 1;
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty() ? -1 : 1;
  return 0;
}

int CompareWords(std::string_view a, std::string_view b) {
  const bool a_hex = std::all_of(a.begin(), a.end(), IsHex);
  const bool b_hex = std::all_of(b.begin(), b.end(), IsHex);
  // Two classes, never mixed: a rule that compared "3a" with "10" as hex and
  // with "5" as decimal would order them in a circle.
  if (a_hex != b_hex) return a_hex ? -1 : 1;
  return a_hex ? CompareNumbers(a, b) : CompareMixedWords(a, b);
}

}  // namespace

bool NaturalLess(std::string_view a, std::string_view b) {
  std::string_view rest_a = a;
  std::string_view rest_b = b;
  while (!rest_a.empty() && !rest_b.empty()) {
    const int order = CompareWords(TakeWhile(rest_a, IsWordCharacter),
                                   TakeWhile(rest_b, IsWordCharacter));
    if (order != 0) return order < 0;
    if (rest_a.empty() || rest_b.empty()) break;
    if (rest_a.front() != rest_b.front()) {
      return rest_a.front() < rest_b.front();
    }
    rest_a.remove_prefix(1);
    rest_b.remove_prefix(1);
  }
  if (rest_a.empty() != rest_b.empty()) return rest_a.empty();
  return a < b;  // "01" and "1": equal values, different names
}

}  // namespace acceld::graph
