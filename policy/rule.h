// Rule: one compiled rule of a policy, ready to be asked. Immutable once
// built; thread-safe.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "policy/document.h"
#include "policy/selector.h"
#include "policy/subject.h"

namespace acceld::policy {

struct Rule {
  Effect effect = Effect::kDeny;
  std::string label;   // "20-lab.json#/rules/0", for verdicts
  std::string reason;  // for people
  bool everybody = true;
  std::vector<uid_t> users;            // sorted; unused where `everybody`
  std::vector<gid_t> groups;           // sorted; unused where `everybody`
  std::vector<std::string> functions;  // globs; empty: whatever the function
  std::vector<Selector> devices;       // all hold; empty: every device

  // By user or by any of the subject's groups.
  [[nodiscard]] bool Names(const Subject& subject) const;
  // By the user's own number, neither by a group nor as one of all.
  [[nodiscard]] bool NamesUser(uid_t uid) const;
  // An empty `function` (use as such) is covered by rules about all functions
  // only.
  [[nodiscard]] bool Covers(const AttributeView& device,
                            std::string_view function) const;
};

}  // namespace acceld::policy
