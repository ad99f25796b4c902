#include "tests/vm/cases/service.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace acceld::vm {

Ended Shell(const std::string& command) {
  Ended ended;
  std::FILE* pipe = ::popen(("exec 2>&1 </dev/null; " + command).c_str(), "re");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> chunk{};
  while (const auto got = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    ended.output.append(chunk.data(), got);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  while (ended.output.ends_with('\n')) ended.output.pop_back();
  return ended;
}

bool HasSystemd() { return ::access("/run/systemd/system", F_OK) == 0; }

void Service::Start() const {
  const Ended started = Shell("systemctl start " + name_ + ".service");
  EXPECT_EQ(started.status, 0) << started.output << Log();
}

void Service::Stop() const {
  const Ended stopped = Shell("systemctl stop " + name_ + ".service");
  EXPECT_EQ(stopped.status, 0) << stopped.output << Log();
}

std::string Service::Property(const std::string& property) const {
  return Shell("systemctl show --value --property=" + property + " " + name_ +
               ".service")
      .output;
}

pid_t Service::pid() const { return std::atoi(Property("MainPID").c_str()); }

std::string Service::Log() const {
  // What it has printed may not be in the journal yet.
  return Shell(
             "journalctl --sync; journalctl --output=cat --no-pager "
             "_SYSTEMD_INVOCATION_ID=" +
             Property("InvocationID"))
      .output;
}

}  // namespace acceld::vm
