#include "tests/support/private_bus.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::testing {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <auth>EXTERNAL</auth>
  <listen>unix:path=)";

Status WriteConfig(const std::string& directory, std::string_view config) {
  std::ofstream file(directory + "/bus.conf");
  file << kHead << directory << "/socket</listen>\n"
       << config << "\n</busconfig>\n";
  file.close();
  if (!file) return Fail(ErrorCode::kIo, "cannot write the configuration");
  return {};
}

// In the child: only calls that are safe after fork().
[[noreturn]] void Exec(const char* config_option, const char* address_option,
                       int address_fd, pid_t parent) {
  // The bus must not outlive a test that is killed.
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  (void)::fcntl(address_fd, F_SETFD, 0);
  ::execlp("dbus-daemon", "dbus-daemon", config_option, "--nofork",
           "--nopidfile", "--nosyslog", address_option,
           static_cast<char*>(nullptr));
  ::_exit(127);
}

// Reads up to the end of the line; empty where the other end closes first.
std::string ReadLine(int fd) {
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t got = ::read(fd, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    if (c == '\n') return line;
    line.push_back(c);
  }
}

}  // namespace

Result<std::unique_ptr<PrivateBus>> PrivateBus::Start(std::string_view config) {
  // Not under the test's own directory: the path of a socket is short.
  std::string directory = "/tmp/acceld-bus-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) {
    return FailErrno("make a directory", errno);
  }
  // Other users may connect: who may do what, the bus's policy says.
  if (::chmod(directory.c_str(), 0755) != 0) {
    return FailErrno("open the directory to all", errno);
  }
  std::unique_ptr<PrivateBus> bus(new PrivateBus(std::move(directory)));
  ACCELD_TRY_VOID(bus->Launch(config));
  return bus;
}

Status PrivateBus::Launch(std::string_view config) {
  ACCELD_TRY_VOID(WriteConfig(directory_, config));
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return FailErrno("pipe", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const std::string config_option = "--config-file=" + directory_ + "/bus.conf";
  const std::string address_option =
      "--print-address=" + std::to_string(writer.get());
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) return FailErrno("fork", errno);
  if (pid_ == 0) {
    Exec(config_option.c_str(), address_option.c_str(), writer.get(), parent);
  }
  writer.Reset();
  address_ = ReadLine(reader.get());
  if (!address_.empty()) return {};
  int status = 0;
  (void)::waitpid(std::exchange(pid_, -1), &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    return Fail(ErrorCode::kNotFound, "dbus-daemon is not installed");
  }
  return Fail(ErrorCode::kUnavailable, "dbus-daemon ended at once");
}

void PrivateBus::Stop() {
  if (pid_ > 0) {
    (void)::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace acceld::testing
