// A shell command with a time limit, for other people's solvers.
#pragma once

#include <string>

#include "base/result.h"
#include "bench/placement/measured.h"

namespace acceld::bench {

struct Finished {
  std::string output;      // standard output, at most 1 MiB, the end of it
  int exit_status = 0;     // 128 + the signal that ended it
  bool was_ended = false;  // by the limit, with all that it had started
  Seconds time{0};         // from start to end
};

// Runs `command` by /bin/sh with `argument` as "$1". What it writes to standard
// error is not looked at. Errors: errno of what failed.
[[nodiscard]] Result<Finished> RunCommand(const std::string& command,
                                          const std::string& argument,
                                          Seconds limit);

}  // namespace acceld::bench
