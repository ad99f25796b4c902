// acceld that dies at a step of its own choosing by the case: right after it
// wrote to a certain file.
#pragma once

#include <sys/types.h>

#include <string>

namespace acceld::vm {

class CrashingDaemon {
 public:
  // Serves on the guest's system bus until it has written to a file whose path
  // ends in `file` ("/driver_override"); then it is killed, that write done and
  // nothing after it.
  explicit CrashingDaemon(const std::string& file);
  // Kills it where it still lives.
  ~CrashingDaemon();
  CrashingDaemon(const CrashingDaemon&) = delete;
  CrashingDaemon& operator=(const CrashingDaemon&) = delete;

  // Waits for its death: "" where it died of that write.
  [[nodiscard]] std::string Outcome();

 private:
  std::string output_;  // path of what it prints
  pid_t tracer_ = -1;
};

}  // namespace acceld::vm
