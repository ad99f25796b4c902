// Compiler: PolicyDocuments in the order of their names -> one CompiledPolicy.
// Knows names, users and what wins; knows no JSON. Pure but for the user
// database.
#pragma once

#include <vector>

#include "base/document_reader.h"
#include "base/result.h"
#include "policy/compiled.h"
#include "policy/document.h"
#include "policy/user_database.h"

namespace acceld::policy {

// What the compiler has to say; each points into a file.
struct Remarks {
  Complaints errors;
  Complaints warnings;
  Complaints notes;
};

// The sum of all documents; of what there is only one of, the last document
// that has it wins. Reports names that nothing has or two have, selectors and
// quotas that make no sense, and, where there are no errors, what has no
// effect.
// Errors: kIo where the user database cannot be asked.
[[nodiscard]] Result<CompiledPolicy> CompilePolicy(
    const std::vector<PolicyDocument>& documents, const UserDatabase& users,
    Remarks& remarks);

// What is in force where no file is.
[[nodiscard]] CompiledPolicy DefaultPolicy();

}  // namespace acceld::policy
