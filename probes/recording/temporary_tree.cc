#include "probes/recording/temporary_tree.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace acceld::recording {
namespace {

Result<std::string> MakeDirectory() {
  const char* base = std::getenv("TMPDIR");  // NOLINT: one thread
  std::string name = base == nullptr || *base == '\0' ? "/tmp" : base;
  name += "/acceld-recording-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return FailErrno(name, errno);
  std::error_code failed;
  const auto path = std::filesystem::canonical(name, failed);
  if (failed) return FailErrno(name, failed.value());
  return path.string();
}

// In the child, which shares nothing with its parent but the pipe: standard
// output, for one, must close when the parent ends.
[[noreturn]] void RemoveWhenClosed(int held, const std::string& path) {
  if (::dup2(held, STDIN_FILENO) < 0) ::_exit(1);
  (void)::close_range(STDIN_FILENO + 1, UINT_MAX, 0);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR) {
  }
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  ::_exit(failed ? 1 : 0);
}

}  // namespace

Result<TemporaryTree> TemporaryTree::Make() {
  ACCELD_TRY(const std::string path, MakeDirectory());
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    const int failed = errno;
    (void)::rmdir(path.c_str());
    return FailErrno("pipe", failed);
  }
  UniqueFd held(ends[0]);
  UniqueFd kept(ends[1]);
  // The child keeps all signals blocked: an interrupt from the terminal goes to
  // it, too, and it is there to outlive that.
  sigset_t all;
  sigset_t before;
  (void)::sigfillset(&all);
  (void)::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  const int failed = errno;
  if (child == 0) {
    kept.Reset();
    RemoveWhenClosed(held.get(), path);
  }
  (void)::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) {
    (void)::rmdir(path.c_str());
    return FailErrno("fork", failed);
  }
  return TemporaryTree(path, std::move(kept), child);
}

TemporaryTree::TemporaryTree(TemporaryTree&& other) noexcept
    : path_(std::move(other.path_)),
      held_(std::move(other.held_)),
      remover_(std::exchange(other.remover_, -1)) {}

TemporaryTree::~TemporaryTree() {
  if (remover_ < 0) return;
  held_.Reset();
  while (::waitpid(remover_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace acceld::recording
