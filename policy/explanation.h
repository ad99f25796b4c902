// Explanation: every entry of a policy that bears on a question, and why it
// speaks or not, for people. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "policy/compiled.h"
#include "policy/subject.h"
#include "policy/verdict.h"

namespace acceld::policy {

// In the order in which they are considered; the first that speaks against
// the use decides, else the first that speaks for it.
[[nodiscard]] std::vector<Consideration> ExplainUse(
    const CompiledPolicy& policy, const Subject& subject,
    const AttributeView& device, std::string_view function,
    const AttributeView* stage);

}  // namespace acceld::policy
