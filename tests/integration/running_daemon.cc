#include "tests/integration/running_daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "base/unique_fd.h"

extern char** environ;

namespace acceld::testing {
namespace {

constexpr int kReadyWithinMs = 60'000;

// An abstract socket that systemd's notify protocol is spoken on.
class NotifySocket {
 public:
  Status Open() {
    fd_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    // Autobind: the kernel chooses a free abstract name.
    if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&any),
               sizeof any.sun_family) != 0) {
      return FailErrno("bind the notify socket", errno);
    }
    sockaddr_un bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&bound), &size) !=
        0) {
      return FailErrno("name of the notify socket", errno);
    }
    const auto length = size - sizeof bound.sun_family - 1;
    name_ = "@" + std::string(bound.sun_path + 1, length);
    return {};
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  // Whether READY=1 came before the process behind `pid` ended.
  [[nodiscard]] bool WaitReady(pid_t pid) const {
    for (int waited = 0; waited < kReadyWithinMs; waited += 50) {
      pollfd poll_fd{fd_.get(), POLLIN, 0};
      if (::poll(&poll_fd, 1, 50) > 0) {
        std::array<char, 4096> text{};
        const auto got = ::read(fd_.get(), text.data(), text.size());
        const std::string_view seen(text.data(),
                                    got > 0 ? static_cast<size_t>(got) : 0);
        if (seen.find("READY=1") != std::string_view::npos) return true;
      }
      siginfo_t ended{};
      if (::waitid(P_PID, static_cast<id_t>(pid), &ended,
                   WEXITED | WNOHANG | WNOWAIT) == 0 &&
          ended.si_pid == pid) {
        return false;
      }
    }
    return false;
  }

 private:
  UniqueFd fd_;
  std::string name_;
};

Result<pid_t> Spawn(const std::vector<std::string>& arguments,
                    const std::string& notify) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const std::string socket = "NOTIFY_SOCKET=" + notify;
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    environment.push_back(*entry);
  }
  environment.push_back(const_cast<char*>(socket.c_str()));
  environment.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(),
                                  environment.data());
  if (error != 0) return FailErrno(arguments[0], error);
  return pid;
}

std::string ProcPath(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

}  // namespace

std::string Runfile(const std::string& name) {
  const char* root = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  if (root == nullptr || workspace == nullptr) return name;
  return std::string(root) + "/" + workspace + "/" + name;
}

Result<std::unique_ptr<RunningDaemon>> RunningDaemon::Start(
    const std::string& address, std::vector<std::string> arguments) {
  NotifySocket notify;
  ACCELD_TRY_VOID(notify.Open());
  std::vector<std::string> command{
      Runfile("daemon/acceld"), "--bus=" + address,
      "--worker=" + Runfile("daemon/soft/acceld-soft-worker")};
  std::unique_ptr<RunningDaemon> daemon(new RunningDaemon());
  if (std::none_of(arguments.begin(), arguments.end(), [](const auto& option) {
        return option.starts_with("--policy=");
      })) {
    command.push_back(daemon->MakePolicy());
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  ACCELD_TRY(daemon->pid_, Spawn(command, notify.name()));
  if (notify.WaitReady(daemon->pid_)) return daemon;
  return Fail(ErrorCode::kUnavailable, "acceld did not become ready");
}

std::string RunningDaemon::MakePolicy() {
  policy_.emplace();
  if (::geteuid() != 0) {
    const std::string user = std::to_string(::geteuid());
    policy_->AddFile("10.json", R"({"version": 1, "default": "deny", "rules": [
        {"effect": "allow",
         "devices": [{"attribute": "framework", "equals": "soft"}]},
        {"effect": "allow", "users": [)" +
                                    user + R"(]}],
        "administrators": {"users": [)" +
                                    user + "]}}");
  }
  return "--policy=" + policy_->path();
}

RunningDaemon::~RunningDaemon() { (void)Stop(); }

int RunningDaemon::Stop() {
  if (pid_ < 0) return 0;
  (void)::kill(pid_, SIGTERM);
  return Wait();
}

int RunningDaemon::Wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::size_t RunningDaemon::CountFds() const {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(ProcPath(pid_, "fd"))) {
    ++count;
  }
  return count;
}

long RunningDaemon::ResidentKib() const {
  std::ifstream status(ProcPath(pid_, "status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return -1;
}

// proc_pid_stat(5): utime and stime are the fields 14 and 15; the second is the
// program's name, in parentheses.
double RunningDaemon::ProcessorSeconds() const {
  std::ifstream stat(ProcPath(pid_, "stat"));
  std::string text;
  std::getline(stat, text);
  std::istringstream words(text.substr(text.rfind(')') + 1));
  for (int field = 3; field < 14; ++field) words >> text;
  double user = 0;
  double system = 0;
  words >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> RunningDaemon::Children() const {
  std::vector<pid_t> children;
  for (const auto& task :
       std::filesystem::directory_iterator(ProcPath(pid_, "task"))) {
    std::ifstream list(task.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

}  // namespace acceld::testing
