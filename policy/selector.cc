#include "policy/selector.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <type_traits>
#include <variant>

#include "base/glob.h"

namespace acceld::policy {
namespace {

const std::string* TextOf(const Operand& operand) {
  return std::get_if<std::string>(&operand.written);
}

bool Equals(const AttributeValue& value, const Operand& operand) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const std::string* wanted = TextOf(operand);
    return wanted != nullptr && *wanted == *text;
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    const bool* wanted = std::get_if<bool>(&operand.written);
    return wanted != nullptr && *wanted == *flag;
  }
  return Order(value, operand) == std::strong_ordering::equal;
}

// Applies `holds` to a string, or to the strings of a list until one holds.
template <typename Holds>
bool AnyString(const AttributeValue& value, Holds holds) {
  if (const auto* text = std::get_if<std::string>(&value)) return holds(*text);
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && std::any_of(list->begin(), list->end(), holds);
}

bool Contains(const AttributeValue& value, const Operand& operand) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  const std::string* wanted = TextOf(operand);
  return list != nullptr && wanted != nullptr &&
         std::find(list->begin(), list->end(), *wanted) != list->end();
}

bool IsOneOf(const AttributeValue& value,
             const std::vector<Operand>& operands) {
  return std::any_of(
      operands.begin(), operands.end(), [&](const Operand& operand) {
        return Equals(value, operand) || Contains(value, operand);
      });
}

bool GlobHolds(const AttributeValue& value, const Operand& operand) {
  const std::string* pattern = TextOf(operand);
  return pattern != nullptr && AnyString(value, [&](const std::string& text) {
           return MatchesGlob(*pattern, text);
         });
}

bool IsAtLeast(const AttributeValue& value, const Operand& operand) {
  const auto order = Order(value, operand);
  return order && *order >= 0;
}

bool IsAtMost(const AttributeValue& value, const Operand& operand) {
  const auto order = Order(value, operand);
  return order && *order <= 0;
}

// Of an attribute that is known.
bool Compare(const Selector& selector, const AttributeValue& value) {
  const Operand& operand = selector.operands.front();
  switch (selector.op) {
    case Operator::kEquals:
      return Equals(value, operand);
    case Operator::kIn:
      return IsOneOf(value, selector.operands);
    case Operator::kAtLeast:
      return IsAtLeast(value, operand);
    case Operator::kAtMost:
      return IsAtMost(value, operand);
    case Operator::kRange:
      return IsAtLeast(value, operand) &&
             IsAtMost(value, selector.operands.back());
    case Operator::kGlob:
      return GlobHolds(value, operand);
    case Operator::kContains:
      return Contains(value, operand);
    default:
      return false;  // decided by the caller
  }
}

}  // namespace

std::optional<std::strong_ordering> Order(const AttributeValue& value,
                                          const Operand& operand) {
  return std::visit(
      [&](const auto& held) -> std::optional<std::strong_ordering> {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::int64_t>) {
          const auto* number = std::get_if<std::int64_t>(&operand.written);
          if (number == nullptr) return std::nullopt;
          return held <=> *number;
        } else if constexpr (std::is_same_v<T, bool> ||
                             std::is_same_v<T, std::string> ||
                             std::is_same_v<T, std::vector<std::string>>) {
          return std::nullopt;
        } else {
          if (!operand.quantity) return std::nullopt;
          const T* quantity = std::get_if<T>(&*operand.quantity);
          if (quantity == nullptr) return std::nullopt;
          return held.value() <=> quantity->value();
        }
      },
      value);
}

bool Matches(const Selector& selector, const AttributeView& view) {
  const auto holds = [&](const Selector& part) { return Matches(part, view); };
  const auto& parts = selector.parts;
  switch (selector.op) {
    case Operator::kAll:
      return std::all_of(parts.begin(), parts.end(), holds);
    case Operator::kAny:
      return std::any_of(parts.begin(), parts.end(), holds);
    case Operator::kNot:
      return !parts.empty() && !holds(parts.front());
    default:
      break;
  }
  if (selector.operands.empty()) return false;  // was not well formed
  const AttributeValue* value = view.Get(selector.attribute);
  if (selector.op == Operator::kExists) {
    const bool* wanted = std::get_if<bool>(&selector.operands.front().written);
    return wanted != nullptr && *wanted == (value != nullptr);
  }
  return value != nullptr && Compare(selector, *value);
}

bool MatchesAll(const std::vector<Selector>& selectors,
                const AttributeView& view) {
  return std::all_of(
      selectors.begin(), selectors.end(),
      [&](const Selector& selector) { return Matches(selector, view); });
}

}  // namespace acceld::policy
