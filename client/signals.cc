#include "client/signals.h"

#include <unistd.h>

#include <cerrno>

namespace acceld::client {

Result<Signals> Signals::Gather(std::initializer_list<int> signals) {
  Signals gathered;
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    sigaddset(&set, signal);
    // Ignored, it would not even be sent (wait(2), NOTES).
    if (signal == SIGCHLD) (void)::signal(SIGCHLD, SIG_DFL);
  }
  if (::sigprocmask(SIG_BLOCK, &set, &gathered.former_mask_) != 0) {
    return FailErrno("block signals", errno);
  }
  gathered.fd_.Reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!gathered.fd_.valid()) return FailErrno("make a signal fd", errno);
  return gathered;
}

std::optional<signalfd_siginfo> Signals::Next() const {
  signalfd_siginfo next{};
  const ssize_t got = ::read(fd_.get(), &next, sizeof next);
  if (got != static_cast<ssize_t>(sizeof next)) return std::nullopt;
  return next;
}

}  // namespace acceld::client
