// A program of this build as a child: ends with the test, whatever happens to
// it. Single-threaded.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::testing {

class Program {
 public:
  // `argv[0]` is its path. Errors: kIo.
  [[nodiscard]] static Result<std::unique_ptr<Program>> Start(
      std::vector<std::string> argv);
  ~Program();  // kills it
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] int input() const { return input_.get(); }    // its stdin
  [[nodiscard]] int output() const { return output_.get(); }  // its stdout
  void Signal(int signal) const;
  // Sends the signal and waits: the exit status, or -1 where a signal ended it.
  int End(int signal);

 private:
  Program() = default;
  pid_t pid_ = -1;
  UniqueFd input_;
  UniqueFd output_;
};

}  // namespace acceld::testing
