// Actions: what is for administrators, or for whom polkit lets. A value; no
// threading rule.
#pragma once

#include <string_view>

namespace acceld::daemon {

enum class Action {
  kReload,        // the policy
  kRevoke,        // another's lease
  kSeeAllLeases,  // others' too
  kTaint,         // a device, and take it back
};

// As polkit knows it: "org.acceld1.reload"
// (configs/polkit/org.acceld1.policy).
[[nodiscard]] constexpr std::string_view PolkitName(Action action) {
  switch (action) {
    case Action::kReload:
      return "org.acceld1.reload";
    case Action::kRevoke:
      return "org.acceld1.revoke";
    case Action::kSeeAllLeases:
      return "org.acceld1.see-all-leases";
    case Action::kTaint:
      return "org.acceld1.taint";
  }
  return "";
}

}  // namespace acceld::daemon
