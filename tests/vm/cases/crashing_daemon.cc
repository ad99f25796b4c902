#include "tests/vm/cases/crashing_daemon.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace acceld::vm {
namespace {

constexpr int kDiedOfTheWrite = 0;
constexpr int kDiedBefore = 1;
constexpr int kNotStarted = 2;

// Every write(2) of the process stops for its tracer, and nothing else does.
bool StopAtWrites() {
  std::array filter = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                           offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           filter.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

[[noreturn]] void RunDaemon(const std::string& output) {
  const int file = ::open(output.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ::dup2(file, 1);
  ::dup2(file, 2);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  if (StopAtWrites()) {
    ::execl("/usr/bin/acceld", "acceld", "--verbose", nullptr);
  }
  ::_exit(kNotStarted);
}

// What the write that `thread` stands before goes to.
std::string TargetOf(pid_t thread) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return {};
  const std::string link = "/proc/" + std::to_string(thread) + "/fd/" +
                           std::to_string(registers.rdi);
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? std::string()
                  : std::string(path.data(), static_cast<std::size_t>(size));
}

// Kills all that is traced and waits until it is gone: a process is not before
// its tracer has seen each of its threads die.
[[noreturn]] void KillAll(pid_t daemon, int outcome) {
  ::kill(daemon, SIGKILL);
  while (true) {
    int status = 0;
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) ::_exit(outcome);
    if (WIFSTOPPED(status)) ::kill(thread, SIGKILL);
  }
}

// Runs in a process of its own: only who traces may wait for what it traces.
[[noreturn]] void Trace(const std::string& file, const std::string& output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const pid_t daemon = ::fork();
  if (daemon == 0) RunDaemon(output);
  int status = 0;
  ::waitpid(daemon, &status, 0);
  ::ptrace(PTRACE_SETOPTIONS, daemon, nullptr,
           PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
               PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK);
  ::ptrace(PTRACE_CONT, daemon, nullptr, 0);
  pid_t writer = 0;  // about to do the last write
  while (true) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) ::_exit(kDiedBefore);
    if (!WIFSTOPPED(status)) {
      if (thread == daemon) KillAll(daemon, kDiedBefore);
      continue;
    }
    if (thread == writer) KillAll(daemon, kDiedOfTheWrite);
    const bool at_write = status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
    if (at_write && TargetOf(thread).ends_with(file)) {
      writer = thread;
      ::ptrace(PTRACE_SYSCALL, thread, nullptr, 0);  // until it is done
      continue;
    }
    const int signal = WSTOPSIG(status);
    const bool is_real =
        status >> 16 == 0 && signal != SIGTRAP && signal != SIGSTOP;
    ::ptrace(PTRACE_CONT, thread, nullptr, is_real ? signal : 0);
  }
}

bool Says(const std::string& path, const std::string& words) {
  for (int i = 0; i < 1200; ++i) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    if (text.str().find(words) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace

CrashingDaemon::CrashingDaemon(const std::string& file)
    : output_("/tmp/crashing-daemon-" + std::to_string(::getpid())) {
  std::ofstream(output_) << "";
  tracer_ = ::fork();
  if (tracer_ == 0) Trace(file, output_);
  EXPECT_TRUE(Says(output_, "bus_name_taken"));
}

CrashingDaemon::~CrashingDaemon() {
  if (tracer_ > 0) {
    ::kill(tracer_, SIGKILL);
    ::waitpid(tracer_, nullptr, 0);
  }
  ::unlink(output_.c_str());
}

std::string CrashingDaemon::Outcome() {
  int status = 0;
  for (int i = 0; ::waitpid(tracer_, &status, WNOHANG) == 0; ++i) {
    if (i == 1200) return "it did not die";
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  tracer_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kDiedOfTheWrite) return {};
  return "it did not die of that write: status " + std::to_string(status);
}

}  // namespace acceld::vm
