// ProcessId: a process as long as the machine runs. A value.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>

namespace acceld {

// Numbers come again, start times differ.
struct ProcessId {
  pid_t pid = 0;
  std::int64_t started = 0;  // clock ticks since boot

  friend auto operator<=>(const ProcessId&, const ProcessId&) = default;
};

}  // namespace acceld
