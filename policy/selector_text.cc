#include "policy/selector_text.h"

#include <array>
#include <string_view>
#include <variant>
#include <vector>

#include "base/utf8.h"

namespace acceld::policy {
namespace {

constexpr std::array<OperatorName, 11> kOperators{{
    {Operator::kEquals, "equals"},
    {Operator::kIn, "in"},
    {Operator::kAtLeast, "at_least"},
    {Operator::kAtMost, "at_most"},
    {Operator::kRange, "range"},
    {Operator::kGlob, "glob"},
    {Operator::kContains, "contains"},
    {Operator::kExists, "exists"},
    {Operator::kAll, "all"},
    {Operator::kAny, "any"},
    {Operator::kNot, "not"},
}};

std::string_view NameOf(Operator op) {
  for (const OperatorName& known : kOperators) {
    if (known.op == op) return known.name;
  }
  return "?";
}

std::string OperandText(const Operand& operand) {
  if (const auto* text = std::get_if<std::string>(&operand.written)) {
    return "\"" + Printable(*text) + "\"";
  }
  return acceld::ToText(operand.written);
}

template <typename T>
std::string Joined(const std::vector<T>& all, std::string_view separator,
                   std::string (*text_of)(const T&)) {
  std::string text;
  for (const T& one : all) {
    if (&one != &all.front()) text.append(separator);
    text.append(text_of(one));
  }
  return text;
}

}  // namespace

std::span<const OperatorName> Operators() { return kOperators; }

std::string ToText(const Selector& selector) {
  const std::string parts = Joined(selector.parts, "; ", &ToText);
  switch (selector.op) {
    case Operator::kAll:
      return "all of (" + parts + ")";
    case Operator::kAny:
      return "any of (" + parts + ")";
    case Operator::kNot:
      return "not (" + parts + ")";
    default:
      break;
  }
  std::string text = Printable(selector.attribute);
  text.append(" ").append(NameOf(selector.op)).append(" ");
  const std::string operands = Joined(selector.operands, ", ", &OperandText);
  if (selector.op == Operator::kIn || selector.op == Operator::kRange) {
    return text.append("[" + operands + "]");
  }
  return text.append(operands.empty() ? "?" : operands);
}

}  // namespace acceld::policy
