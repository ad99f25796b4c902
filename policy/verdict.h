// Verdicts: the outcomes of questions to a policy. Plain values whose texts
// are the policy's own and live as long as it; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/settings.h"

namespace acceld::policy {

// Outcome of a question to the policy, not an error.
struct Verdict {
  bool allowed = false;
  std::string_view rule;    // "20-lab.json#/rules/2"; "default" where no rule
                            // speaks; "root"
  std::string_view reason;  // the rule's own words, else its name; may be empty
};

// A taint that keeps a subject from a device.
struct TaintVerdict {
  bool refuses = false;    // no new lease; else the device only serves where no
                           // other can
  std::string_view taint;  // "20-lab.json#/taints/0"
  std::string_view reason;  // its own words, else its name; may be empty
};

// A quota that binds a subject: what is charged where.
struct AppliedQuota {
  std::string_view id;        // "20-lab.json#/quotas/0": what a refusal names
  std::string_view name;      // for people; may be empty
  std::string_view of_class;  // "big-gpu"; empty: all devices
  // Who is charged together: `id` and, for a quota of each user its own, the
  // user's number. Equal for two subjects that share the bounds.
  std::string account;
  const QuotaBounds* bounds = nullptr;  // the policy's
  std::size_t set = 0;                  // for Policy::Counts()
};

// One entry of the policy that was considered, for `policy explain`.
struct Consideration {
  std::string_view entry;   // "20-lab.json#/rules/2"
  std::string_view what;    // "allow", "deny", "reserve", "avoid", "refuse",
                            // "namespace"
  std::string_view reason;  // the entry's own words
  bool speaks = false;
  std::string because;  // why it does or does not: "does not name the subject"
};

}  // namespace acceld::policy
