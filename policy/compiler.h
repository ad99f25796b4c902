// Compiler: PolicyDocuments in the order of their names -> one CompiledPolicy.
// Knows users and what wins; knows no JSON. Pure but for the user database.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/document_reader.h"
#include "base/result.h"
#include "policy/document.h"
#include "policy/rule.h"
#include "policy/settings.h"
#include "policy/user_database.h"

namespace acceld::policy {

// Everything a Policy answers from.
struct CompiledPolicy {
  std::string origin;
  Effect default_effect = Effect::kDeny;
  std::vector<Rule> rules;                  // in the order of the files
  std::vector<uid_t> administrator_users;   // sorted
  std::vector<gid_t> administrator_groups;  // sorted
  Objective objective;
  Limits limits;
};

// The sum of all documents; of `default`, and of each key of `objective` and
// `limits`, the last document that has it wins. Complains about users and
// groups that do not exist and about limits that contradict each other.
// Errors: kIo where the user database cannot be asked.
[[nodiscard]] Result<CompiledPolicy> CompilePolicy(
    const std::vector<PolicyDocument>& documents, const UserDatabase& users,
    Complaints& complaints);

// What is in force where no file is.
[[nodiscard]] CompiledPolicy DefaultPolicy();

}  // namespace acceld::policy
