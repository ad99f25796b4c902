// The words of selectors: names of operators, and selectors as people read
// them. Pure; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/selector.h"

namespace acceld::policy {

struct OperatorName {
  Operator op{};
  std::string_view name;
};
// Every operator, once each.
[[nodiscard]] std::span<const OperatorName> Operators();

// `vendor equals "8086"`, `any of (...; ...)`.
[[nodiscard]] std::string ToText(const Selector& selector);

}  // namespace acceld::policy
