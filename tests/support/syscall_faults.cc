#include "tests/support/syscall_faults.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <system_error>

#include "base/unique_fd.h"
#include "tests/support/syscall_errors.h"
#include "tests/support/syscall_tracer.h"

namespace acceld::testing {
namespace {

constexpr unsigned kSecondsOfARun = 60;  // then it hangs
constexpr int kMostCalls = 5000;

class SharedMemory {
 public:
  SharedMemory()
      : at_(::mmap(nullptr, sizeof(SharedFault), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (at_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~SharedMemory() { (void)::munmap(at_, sizeof(SharedFault)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  SharedFault& fault() { return *static_cast<SharedFault*>(at_); }

 private:
  void* at_;
};

// Never returns. The complaint goes to the write end of a pipe.
[[noreturn]] void RunChild(const std::function<std::string(FaultedRun&)>& body,
                           SharedFault& shared, int complaints) {
  (void)::ptrace(PTRACE_TRACEME, 0, 0, 0);
  (void)::raise(SIGSTOP);  // until the tracer has set itself up
  (void)::alarm(kSecondsOfARun);
  std::string complaint;
  try {
    FaultedRun run(shared);
    complaint = body(run);
  } catch (const std::exception& error) {
    complaint = std::string("an exception: ") + error.what();
  }
  if (::testing::Test::HasFailure()) complaint += " (an expectation failed)";
  const bool said = ::write(complaints, complaint.data(), complaint.size()) ==
                    static_cast<ssize_t>(complaint.size());
  ::_exit(said ? 0 : 1);
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> bytes{};
  ssize_t size = 0;
  while ((size = ::read(fd, bytes.data(), bytes.size())) > 0) {
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// One child; returns its complaint.
std::string RunOnce(const std::function<std::string(FaultedRun&)>& body,
                    int index, std::size_t choice, SharedFault& shared) {
  shared = {};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "no pipe";
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return "no child";
  if (child == 0) RunChild(body, shared, writer.get());
  writer.Reset();
  const int status = SyscallTracer(child, index, choice, shared).Run();
  std::string complaint = ReadAll(reader.get());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return complaint;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "it hangs";
  return complaint + " the process died, wait status " + std::to_string(status);
}

std::string Label(const SharedFault& fault, int index) {
  if (!fault.happened) return "without a fault";
  return CallName(fault.number) + " (call " + std::to_string(index) + ", " +
         ::strerrorname_np(fault.error) + ")";
}

std::string TargetOf(const std::filesystem::path& link) {
  std::error_code error;
  return std::filesystem::read_symlink(link, error).string();
}

}  // namespace

void FaultedRun::Attempt(const std::function<void()>& code) {
  (void)::raise(SIGSTOP);
  try {
    code();
  } catch (const std::bad_alloc&) {
    out_of_memory_ = true;
  }
  (void)::syscall(kEndOfAttempt);
}

std::optional<FailedCall> FaultedRun::failed() const {
  if (!shared_.happened) return std::nullopt;
  return FailedCall{shared_.number, shared_.error};
}

bool FaultedRun::Fits(const Error& error,
                      std::initializer_list<ErrorCode> also) const {
  const auto call = failed();
  if (!call) return false;
  return error.code == ErrnoError("", call->error).code ||
         std::find(also.begin(), also.end(), error.code) != also.end();
}

int StandForCall(long number) {
  // One that is not traced, or not to fail: no kernel has this call.
  return ::syscall(kStandFor, number) < 0 && errno != ENOSYS ? errno : 0;
}

WithoutFaults::WithoutFaults() { (void)::syscall(kPause); }
WithoutFaults::~WithoutFaults() { (void)::syscall(kResume); }

FaultReport FailEachSystemCall(
    const std::function<std::string(FaultedRun&)>& body) {
  SharedMemory memory;
  SharedFault& fault = memory.fault();
  FaultReport report;
  const auto run = [&](int index, std::size_t choice) {
    const std::string complaint = RunOnce(body, index, choice, fault);
    if (!complaint.empty()) {
      report.complaints.push_back(Label(fault, index) + ": " + complaint);
    }
    return fault.happened;
  };
  while (report.calls < kMostCalls && run(report.calls, 0)) {
    ++report.faults;
    if (ErrorsOf(fault.number).size() > 1) {
      if (run(report.calls, 1)) ++report.faults;
    }
    ++report.calls;
  }
  return report;
}

std::vector<std::string> WhatIsHeld() {
  std::vector<std::string> held;
  std::vector<std::filesystem::path> links;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    links.push_back(entry.path());
  }
  for (const auto& link : links) {
    // That of the iterator is closed by now.
    const std::string target = TargetOf(link);
    if (!target.empty()) held.push_back("descriptor of " + target);
  }
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    held.push_back("mount " + line);
  }
  std::sort(held.begin(), held.end());
  return held;
}

std::string NewIn(std::vector<std::string> before,
                  std::vector<std::string> after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  std::vector<std::string> more;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(more));
  std::string text;
  for (const std::string& line : more) text += line + "; ";
  return text;
}

}  // namespace acceld::testing
