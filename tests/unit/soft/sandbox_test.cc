// The sandbox, tried from inside: each case runs in a child process that enters
// it and reports by its exit status.

#include "daemon/soft/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

namespace acceld::soft {
namespace {

// Runs `check` in a child within the sandbox; whether it returned true.
template <typename Check>
bool HoldsInside(Check check) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!EnterSandbox({})) ::_exit(2);
    ::_exit(check() ? 0 : 1);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << "no sandbox";
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool IsForbidden(long result) { return result == -1 && errno == EPERM; }

TEST(Sandbox, FilesAndSockets_CannotBeOpened) {
  EXPECT_TRUE(HoldsInside([] {
    return IsForbidden(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)) &&
           IsForbidden(::open("/dev/null", O_RDWR | O_CLOEXEC)) &&
           IsForbidden(::socket(AF_UNIX, SOCK_STREAM, 0)) &&
           IsForbidden(::socket(AF_INET, SOCK_STREAM, 0));
  }));
}

TEST(Sandbox, Programs_CannotBeRun) {
  EXPECT_TRUE(HoldsInside([] {
    char name[] = "/bin/true";
    char* const arguments[] = {name, nullptr};
    return IsForbidden(::execv(name, arguments)) &&
           IsForbidden(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  }));
}

TEST(Sandbox, OtherProcesses_CannotBeReached) {
  EXPECT_TRUE(HoldsInside([] {
    return IsForbidden(::kill(::getppid(), 0)) &&
           IsForbidden(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)) &&
           IsForbidden(
               ::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0));
  }));
}

TEST(Sandbox, ExecutableMemory_CannotBeMade) {
  EXPECT_TRUE(HoldsInside([] {
    constexpr std::size_t kPage = 4096;
    void* const code = ::mmap(nullptr, kPage, PROT_READ | PROT_EXEC,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code != MAP_FAILED || errno != EPERM) return false;
    void* const data = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data != MAP_FAILED &&
           IsForbidden(::mprotect(data, kPage, PROT_READ | PROT_EXEC));
  }));
}

TEST(Sandbox, Privileges_CannotBeRegained) {
  EXPECT_TRUE(HoldsInside([] {
    const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
    return IsForbidden(::setresuid(0, 0, 0)) &&
           IsForbidden(::unshare(CLONE_NEWUSER)) &&
           IsForbidden(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)) &&
           IsForbidden(::setrlimit(RLIMIT_AS, &more));
  }));
}

TEST(Sandbox, ThreadsAndMemory_Work) {
  EXPECT_TRUE(HoldsInside([] {
    int sum = 0;
    std::thread([&sum] {
      const std::vector<int> numbers(1 << 20, 1);
      for (const int number : numbers) sum += number;
    }).join();
    return sum == 1 << 20;
  }));
}

}  // namespace
}  // namespace acceld::soft
