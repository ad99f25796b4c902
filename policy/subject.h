// Subject: who asks. A value; no threading rule.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace acceld::policy {

// Only values that the bus attests (getCredsEuid, the groups of that user from
// the user database, the cgroup of the pidfd).
struct Subject {
  uid_t uid = 0;
  std::vector<gid_t> gids;
  // Path of its cgroup from the root: "/ml.slice/train.service". Empty where
  // it is not known: then no slice names it.
  std::string slice = {};
};

}  // namespace acceld::policy
