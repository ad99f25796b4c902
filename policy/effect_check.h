// Checks what the entries of a compiled policy do to each other: rules that
// another one covers, quotas that allow nothing. Pure.
#pragma once

#include "base/document_reader.h"
#include "policy/compiled.h"

namespace acceld::policy {

// Quotas that no lease can meet, and shares beyond the parent's. Also of what
// compiled with errors: bounds that could not be read are none, and shares
// whose class has an error are not compared.
void CheckQuotas(const CompiledPolicy& policy, Complaints& errors);

// Rules without effect. Requires: compiled without errors.
// Complexity: O(rules squared) comparisons of numbers and short lists.
void WarnOfShadowed(const CompiledPolicy& policy, Complaints& warnings);

}  // namespace acceld::policy
