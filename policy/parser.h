// Parser: the text of one policy file -> PolicyDocument. Strict: every key is
// known or refused, and every mistake is told (docs/policy.md lists the keys).
// Pure; thread-safe.
#pragma once

#include "base/document_reader.h"
#include "policy/document.h"
#include "policy/source.h"

namespace acceld::policy {

// Complaints point into the file: "20-lab.json#/rules/2/users/0". Returns what
// could be read; not to be used once there are complaints.
[[nodiscard]] PolicyDocument ParsePolicy(const PolicySource& source,
                                         Complaints& complaints);

}  // namespace acceld::policy
