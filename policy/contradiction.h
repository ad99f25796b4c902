// Contradictions: selectors that nothing can match. Pure; thread-safe.
#pragma once

#include <vector>

#include "policy/known_attributes.h"
#include "policy/selector.h"

namespace acceld::policy {

// Whether no thing at all can match each of `selectors`: an attribute that is
// two values, or in an empty range, or known and not known. False where that
// cannot be told: globs, and lists.
// Complexity: bounded; `any` in `any` is given up early.
[[nodiscard]] bool NeverHold(const std::vector<Selector>& selectors,
                             AttributeTable table);

}  // namespace acceld::policy
