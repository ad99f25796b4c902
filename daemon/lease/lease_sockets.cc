#include "daemon/lease/lease_sockets.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace acceld::daemon {
namespace {

// Everybody finds a lease's socket by its name, nobody lists them.
constexpr mode_t kDirectoryMode = 0711;
constexpr mode_t kSocketMode = 0666;
constexpr int kBacklog = 16;  // connections between two turns of the loop

bool IsFrom(int connection, uid_t owner) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == owner;
}

// At most a backlog: the loop comes back for more.
std::vector<std::shared_ptr<UniqueFd>> Accept(int listener, uid_t owner) {
  std::vector<std::shared_ptr<UniqueFd>> connections;
  for (int i = 0; i < kBacklog; ++i) {
    UniqueFd connection(
        ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection.valid()) break;
    if (IsFrom(connection.get(), owner)) {
      connections.push_back(std::make_shared<UniqueFd>(std::move(connection)));
    }
  }
  return connections;
}

// Errors: errno.
int Bind(int listener, int directory, const std::string& name) {
  // By the directory's descriptor: its path may be longer than an address.
  const std::string path =
      "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::fchmodat(directory, name.c_str(), kSocketMode, 0) != 0 ||
      ::listen(listener, kBacklog) != 0) {
    return errno;
  }
  return 0;
}

Status RemoveSockets(int directory, const std::string& path) {
  UniqueFd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno(path, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()),
                                                   &::closedir);
  if (stream == nullptr) return FailErrno(path, errno);
  (void)fd.Release();  // the stream's now
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT: its own
    if (entry->d_type == DT_SOCK) names.emplace_back(entry->d_name);
  }
  for (const std::string& name : names) {
    if (::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT) {
      return FailErrno(path + "/" + name, errno);
    }
  }
  return {};
}

}  // namespace

LeaseSocket::~LeaseSocket() {
  if (directory_ != nullptr && !name_.empty()) {
    (void)::unlinkat(directory_->get(), name_.c_str(), 0);
  }
}

Result<std::unique_ptr<LeaseSockets>> LeaseSockets::Make(
    EventLoop& loop, const std::string& directory) {
  const bool made = ::mkdir(directory.c_str(), kDirectoryMode) == 0;
  if (!made && errno != EEXIST) return FailErrno(directory, errno);
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Whatever the umask is.
  if (!fd.valid() || ::fchmod(fd.get(), kDirectoryMode) != 0) {
    return FailErrno(directory, errno);
  }
  ACCELD_TRY_VOID(RemoveSockets(fd.get(), directory));
  return std::unique_ptr<LeaseSockets>(
      new LeaseSockets(loop, directory, std::move(fd)));
}

Result<LeaseSocket> LeaseSockets::Open(const std::string& name, uid_t owner,
                                       Arrived arrived) const {
  LeaseSocket socket;
  socket.listener_.Reset(
      ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.listener_.valid()) return FailErrno("a lease's socket", errno);
  const int listener = socket.listener_.get();
  const int error = Bind(listener, directory_->get(), name);
  if (error == EADDRINUSE) {
    return Fail(ErrorCode::kBusy, "the lease's socket is there");
  }
  // From here on it is removed with the object.
  socket.directory_ = directory_;
  socket.name_ = name;
  socket.path_ = path_ + "/" + name;
  if (error != 0) return FailErrno("a lease's socket", error);
  // Told from the loop itself: it may end the lease, and this source with it.
  const auto ready = [&loop = loop_, listener, owner,
                      arrived = std::move(arrived)](std::uint32_t) {
    for (auto& connection : Accept(listener, owner)) {
      loop.Post([arrived, connection = std::move(connection)] {
        arrived(std::move(*connection));
      });
    }
  };
  ACCELD_TRY(socket.source_, loop_.WatchFd(listener, EPOLLIN, ready));
  return socket;
}

}  // namespace acceld::daemon
