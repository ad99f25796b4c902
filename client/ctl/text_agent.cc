#include "client/ctl/text_agent.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::ctl {
namespace {

constexpr const char* kProgram = "/usr/bin/pkttyagent";
constexpr int kPatienceMs = 5000;

bool IsWanted(const std::string& bus) {
  return bus != "session" && ::geteuid() != 0 && ::isatty(STDIN_FILENO) == 1 &&
         ::access(kProgram, X_OK) == 0;
}

// In the child, which ends with accelctl. What the agent has to say to the
// person it writes to the terminal itself. accelctl has one thread by now, so
// this may do more than what is safe in a signal handler.
[[noreturn]] void Become(const std::string& bus, int tells) {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const bool ready = nothing >= 0 && ::dup2(nothing, STDOUT_FILENO) >= 0 &&
                     ::dup2(nothing, STDERR_FILENO) >= 0 &&
                     ::fcntl(tells, F_SETFD, 0) == 0 &&
                     ::prctl(PR_SET_PDEATHSIG, SIGTERM) == 0;
  if (bus != "system") {
    (void)::setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.c_str(), 1);  // NOLINT
  }
  // For its parent, where it is not told for whom. An agent of the desktop
  // goes before a fallback, which polkit takes within a session only.
  const bool is_in_session = ::sd_pid_get_session(0, nullptr) >= 0;
  if (ready) {
    (void)::execl(kProgram, kProgram, "--notify-fd",
                  std::to_string(tells).c_str(),
                  is_in_session ? "--fallback" : nullptr, nullptr);
  }
  ::_exit(127);
}

}  // namespace

TextAgent TextAgent::Start(const std::string& bus) {
  std::array<int, 2> ends{};
  if (!IsWanted(bus) || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return TextAgent(0);
  }
  const UniqueFd told(ends[0]);
  UniqueFd tells(ends[1]);
  const pid_t pid = ::fork();
  if (pid == 0) Become(bus, tells.get());
  tells.Reset();
  if (pid < 0) return TextAgent(0);
  // It closes its end when it is registered, or ends.
  pollfd closed{told.get(), POLLIN, 0};
  (void)::poll(&closed, 1, kPatienceMs);
  return TextAgent(pid);
}

TextAgent::TextAgent(TextAgent&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)) {}

TextAgent::~TextAgent() {
  if (pid_ == 0) return;
  (void)::kill(pid_, SIGTERM);
  (void)::waitpid(pid_, nullptr, 0);
}

}  // namespace acceld::ctl
