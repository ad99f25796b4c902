#include "tests/support/real_polkit.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace acceld::testing {
namespace {

constexpr const char* kDaemon = "/usr/lib/polkit-1/polkitd";
constexpr const char* kActions = "/usr/share/polkit-1/actions";
constexpr const char* kRules = "/etc/polkit-1/rules.d";
constexpr const char* kConfig =
    "/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf";

}  // namespace

std::string RealPolkit::BusConfig() {
  return std::string("<include ignore_missing=\"yes\">") + kConfig +
         "</include>";
}

Result<std::unique_ptr<RealPolkit>> RealPolkit::Start(
    const std::string& address, std::string_view actions,
    std::string_view rules) {
  if (::access(kDaemon, X_OK) != 0 || ::access(kConfig, R_OK) != 0) {
    return Fail(ErrorCode::kNotFound, std::string(kDaemon) + " is missing");
  }
  std::unique_ptr<RealPolkit> polkit(new RealPolkit());
  polkit->files_.AddFile("actions/acceld.policy", actions);
  polkit->files_.AddFile("rules/10-test.rules", rules);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return FailErrno("pipe", errno);
  polkit->pid_ = ::fork();
  if (polkit->pid_ == 0) {
    polkit->Become(address);
    const int why = errno;
    (void)!::write(ends[1], &why, sizeof why);
    ::_exit(127);
  }
  (void)::close(ends[1]);
  int why = 0;
  const bool failed = ::read(ends[0], &why, sizeof why) == sizeof why;
  (void)::close(ends[0]);
  if (failed || polkit->pid_ < 0) {
    return Fail(ErrorCode::kUnsupported,
                ErrnoError("a mount namespace for polkitd", why).message);
  }
  return polkit;
}

void RealPolkit::Become(const std::string& address) const {
  const std::string actions = files_.At("actions");
  const std::string rules = files_.At("rules");
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount(actions.c_str(), kActions, nullptr, MS_BIND, nullptr) != 0 ||
      ::mount(rules.c_str(), kRules, nullptr, MS_BIND, nullptr) != 0) {
    return;
  }
  // One thread, before exec.
  (void)::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);  // NOLINT
  (void)::execl(kDaemon, kDaemon, "--no-debug", nullptr);
}

RealPolkit::~RealPolkit() {
  if (pid_ <= 0) return;
  (void)::kill(pid_, SIGKILL);
  (void)::waitpid(pid_, nullptr, 0);
}

}  // namespace acceld::testing
