// A program that a test runs beside itself, and that ends with the object.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace acceld::testing {

class RunningProgram {
 public:
  // `command[0]` is a path. Errors: as posix_spawn().
  [[nodiscard]] static Result<std::unique_ptr<RunningProgram>> Start(
      const std::vector<std::string>& command);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // Sends the signal and waits; the exit status, or -1 where a signal ended it.
  int End(int signal);

 private:
  explicit RunningProgram(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

}  // namespace acceld::testing
