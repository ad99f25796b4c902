// Checks what the entries of a compiled policy do to each other: rules that
// another one covers, quotas that allow nothing. Pure.
#pragma once

#include "base/document_reader.h"
#include "policy/compiled.h"

namespace acceld::policy {

// Errors: quotas that no lease can meet, shares beyond the parent's.
// Warnings: rules without effect. Requires: compiled without errors.
// Complexity: O(rules squared) comparisons of numbers and short lists.
void CheckEffect(const CompiledPolicy& policy, Complaints& errors,
                 Complaints& warnings);

}  // namespace acceld::policy
