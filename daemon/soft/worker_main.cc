// acceld-soft-worker [USER-ID]: serves the software accelerators of one user.
// Started by acceld (daemon/soft/worker_pool.h) with its control socket as
// descriptor 3; of no use to anybody else. USER-ID: whom to become where it is
// started as root.
//
// Exit status: 0 the daemon closed the control socket; 1 no sandbox, so no
// service; 2 the daemon sent nonsense; 3 started in a wrong way.

#include <malloc.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/soft/functions/functions.h"
#include "daemon/soft/sandbox.h"
#include "daemon/soft/worker.h"

#if defined(__SANITIZE_ADDRESS__)
// The leak check looks at the process from outside, which the sandbox forbids.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

namespace acceld::soft {
namespace {

constexpr int kControlFd = 3;
constexpr int kNoSandbox = 1;
constexpr int kNonsense = 2;
constexpr int kMisuse = 3;

// A queue's thread needs some tens of KiB; the default of 8 MiB (and an arena
// of 64 MiB a thread) would use up RLIMIT_AS with few queues.
constexpr std::size_t kThreadStack = std::size_t{512} << 10;
constexpr int kArenas = 2;

bool ParseUser(std::string_view text, uid_t& user) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, user);
  return error == std::errc() && rest == end && user != 0;
}

bool IsControlSocket() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(kControlFd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET;
}

void BoundThreads() {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  if (::pthread_attr_setstacksize(&attributes, kThreadStack) == 0) {
    (void)::pthread_setattr_default_np(&attributes);
  }
  (void)::pthread_attr_destroy(&attributes);
  (void)::mallopt(M_ARENA_MAX, kArenas);
}

int Complain(std::string_view event, const Error& error, int status) {
  Log(LogLevel::kError, event,
      {{"code", ErrorCodeName(error.code)}, {"reason", error.message}});
  return status;
}

int Main(int argc, char** argv) {
  SandboxTerms terms;
  if (argc > 2 || (argc == 2 && !ParseUser(argv[1], terms.run_as)) ||
      !IsControlSocket()) {
    Log(LogLevel::kError, "soft_worker_misuse",
        {{"reason", "acceld starts this program; see docs/soft-queue.md"}});
    return kMisuse;
  }
  BoundThreads();
  if (!PrepareDigestSha256()) {
    Log(LogLevel::kWarning, "soft_worker_without_sha256", {});
  }
  if (auto status = CloseInheritedDescriptors(); !status) {
    return Complain("soft_worker_no_sandbox", status.error(), kNoSandbox);
  }
  const SteadyClock clock;
  // Before the sandbox shuts, which allows no new kinds of descriptors.
  auto worker = Worker::Make(UniqueFd(kControlFd), clock);
  if (!worker) {
    return Complain("soft_worker_failed", worker.error(), kNoSandbox);
  }
  if (auto status = EnterSandbox(terms); !status) {
    return Complain("soft_worker_no_sandbox", status.error(), kNoSandbox);
  }
  if (auto status = worker->Run(); !status) {
    return Complain("soft_worker_failed", status.error(), kNonsense);
  }
  return 0;
}

}  // namespace
}  // namespace acceld::soft

int main(int argc, char** argv) {
  // _exit: threads may still be serving, and static objects are theirs too.
  ::_exit(acceld::soft::Main(argc, argv));
}
