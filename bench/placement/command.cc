#include "bench/placement/command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"

extern char** environ;

namespace acceld::bench {
namespace {

constexpr std::size_t kMostOutput = std::size_t{1} << 20;

// The shell in a process group of its own, so that all of it can be ended.
Result<pid_t> Start(const std::string& command, const std::string& argument,
                    int output) {
  std::array<std::string, 5> words{"sh", "-c", command, "sh", argument};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  (void)posix_spawn_file_actions_init(&files);
  (void)posix_spawnattr_init(&attributes);
  (void)posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  (void)posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
                                         O_WRONLY, 0);
  (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, "/bin/sh", &files, &attributes, argv.data(), environ);
  (void)posix_spawn_file_actions_destroy(&files);
  (void)posix_spawnattr_destroy(&attributes);
  if (error != 0) return FailErrno("/bin/sh", error);
  return pid;
}

// Appends what there is to read within `wait`; false at the end of it.
bool ReadSome(int fd, std::chrono::milliseconds wait, std::string& output) {
  pollfd one{fd, POLLIN, 0};
  if (poll(&one, 1, static_cast<int>(wait.count())) <= 0) return true;
  std::array<char, 65536> buffer{};
  const ssize_t size = read(fd, buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  if (size == 0) return false;
  output.append(buffer.data(), static_cast<std::size_t>(size));
  if (output.size() > kMostOutput) {
    output.erase(0, output.size() - kMostOutput);
  }
  return true;
}

int ExitStatus(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<Finished> RunCommand(const std::string& command,
                            const std::string& argument, Seconds limit) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return FailErrno("pipe2", errno);
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  const SteadyClock clock;
  const SteadyTime start = clock.Now();
  ACCELD_TRY(const pid_t pid, Start(command, argument, out.get()));
  out.Reset();
  Finished finished;
  const auto left = [&] { return limit - Seconds(clock.Now() - start); };
  for (bool open = true; open && !finished.was_ended;) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left());
    open = ReadSome(in.get(),
                    std::clamp(wait, std::chrono::milliseconds(0),
                               std::chrono::milliseconds(1000)),
                    finished.output);
    finished.was_ended = open && left() <= Seconds(0);
  }
  if (finished.was_ended) (void)kill(-pid, SIGKILL);
  finished.exit_status = ExitStatus(pid);
  finished.time = clock.Now() - start;
  return finished;
}

}  // namespace acceld::bench
