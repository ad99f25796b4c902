// Subject: who asks. A value; no threading rule.
#pragma once

#include <sys/types.h>

#include <vector>

namespace acceld::policy {

// Only values that the bus attests (getCredsEuid, and the groups of that user
// from the user database).
struct Subject {
  uid_t uid = 0;
  std::vector<gid_t> gids;
};

}  // namespace acceld::policy
