// What several documents say of things of which there is only one: the last
// of them wins, key by key. Pure.
#pragma once

#include <vector>

#include "base/document_reader.h"
#include "policy/compiled.h"
#include "policy/document.h"
#include "policy/names.h"

namespace acceld::policy {

// Sets the default effect, objectives, limits, defaults and reload of
// `policy`; notes what a later file overrides. Complains of objectives that two
// describe, classes that they cost and nobody describes, and limits that
// contradict each other.
void MergeSettings(const std::vector<PolicyDocument>& documents,
                   CompiledPolicy& policy, Names& classes, Complaints& errors,
                   Complaints& notes);

}  // namespace acceld::policy
