// A service of systemd's, in the guest whose first process it is.
#pragma once

#include <sys/types.h>

#include <string>

namespace acceld::vm {

struct Ended {
  int status = -1;  // exit status; -1: a signal
  std::string output;
};
// Runs a shell command; standard error joins standard output.
[[nodiscard]] Ended Shell(const std::string& command);

// Whether systemd is this guest's first process.
[[nodiscard]] bool HasSystemd();

class Service {
 public:
  // `name`: of the unit, without ".service".
  explicit Service(std::string name) : name_(std::move(name)) {}

  // Both wait until it is done; each fails the case where it cannot.
  void Start() const;
  void Stop() const;
  // A property of the unit, "" where it has none.
  [[nodiscard]] std::string Property(const std::string& property) const;
  // Its main process; 0: none runs.
  [[nodiscard]] pid_t pid() const;
  // What it printed since it started last.
  [[nodiscard]] std::string Log() const;

 private:
  std::string name_;
};

}  // namespace acceld::vm
