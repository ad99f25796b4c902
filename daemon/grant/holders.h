// Who has a device open.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace acceld::daemon {

// A process that has a device open.
struct Holder {
  pid_t pid = 0;  // 0: the kernel says that it is open, not by whom
  uid_t user = 0;
  std::string name;  // its comm, for people

  friend bool operator==(const Holder&, const Holder&) = default;
};

}  // namespace acceld::daemon
