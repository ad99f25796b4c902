// Shell commands of a test.
#pragma once

#include <string>

namespace acceld::testing {

struct Finished {
  int status = -1;  // exit status; -1: a signal
  std::string output;
};

// Runs a shell command to its end, with nothing on standard input; standard
// error joins standard output.
[[nodiscard]] Finished Shell(const std::string& command);

}  // namespace acceld::testing
