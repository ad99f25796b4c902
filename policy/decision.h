// Decisions: who may use what, of a compiled policy. Allocates nothing;
// thread-safe.
#pragma once

#include <string_view>

#include "base/attribute.h"
#include "policy/compiled.h"
#include "policy/marks.h"
#include "policy/verdict.h"

namespace acceld::policy {

// Whether a rule is about the function; an empty one (use as such) only where
// the rule is about all.
[[nodiscard]] bool CoversFunction(const Rule& rule, std::string_view function);
// Whether a rule is about the stage. Null: whatever the stage; a rule that
// allows is then about some of them, and one that denies not about all.
[[nodiscard]] bool CoversStage(const Rule& rule, const AttributeView* stage);

// Of one function; an empty one: use as such.
[[nodiscard]] Verdict DecideFunction(const CompiledPolicy& policy,
                                     const SubjectMarks& subject,
                                     const DeviceMarks& device,
                                     std::string_view function,
                                     const AttributeView* stage);
// Where the function is empty: whether the device may be used for any of the
// functions that it offers.
[[nodiscard]] Verdict DecideUse(const CompiledPolicy& policy,
                                const SubjectMarks& subject,
                                const DeviceMarks& device,
                                std::string_view function,
                                const AttributeView* stage);

}  // namespace acceld::policy
