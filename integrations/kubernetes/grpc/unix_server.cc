#include "integrations/kubernetes/grpc/unix_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::kubernetes {
namespace {

// sun_path has 107 characters and a zero; the server binds a name beside it
// first that is longer by two dots and a process number.
constexpr std::size_t kLongestPath = 98;

// Whether something answers on a socket.
Result<bool> IsServed(const std::string& path) {
  // Without waiting: a server that hangs accepts nobody.
  UniqueFd probe(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.valid()) return FailErrno("socket", errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0 ||
      errno == EAGAIN) {  // as many wait as it lets
    return true;
  }
  // Refused: a socket without its server. Anything else may be another user's.
  if (errno == ECONNREFUSED || errno == ENOENT) return false;
  return FailErrno(path, errno);
}

// Nothing, or the socket of a server that is gone, may be at `path`.
Status CheckFree(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    if (errno == ENOENT) return {};
    return FailErrno(path, errno);
  }
  if (!S_ISSOCK(there.st_mode)) {
    return Fail(ErrorCode::kBusy, path + " exists and is no socket");
  }
  ACCELD_TRY(const bool served, IsServed(path));
  if (served) {
    return Fail(ErrorCode::kBusy, path + ": another process serves there");
  }
  return {};
}

// ".NAME.PID" in the same directory: who watches it for sockets (the
// kubelet's plugin watcher) passes over names that begin with a dot.
Result<std::string> NameToBind(const std::string& path) {
  const auto slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash + 1 == path.size() ||
      path.size() > kLongestPath) {
    return Fail(ErrorCode::kInvalidArgument,
                "the path of a socket must be absolute and have " +
                    std::to_string(kLongestPath) +
                    " characters at most: " + path);
  }
  return path.substr(0, slash + 1) + "." + path.substr(slash + 1) + "." +
         std::to_string(::getpid());
}

void Configure(const UnixServerOptions& options, grpc::ServerBuilder& builder) {
  using Option = grpc::ServerBuilder::SyncServerOption;
  builder.SetMaxReceiveMessageSize(options.most_message_bytes);
  builder.SetMaxSendMessageSize(options.most_message_bytes);
  builder.SetSyncServerOption(Option::NUM_CQS, 1);
  builder.SetSyncServerOption(Option::MIN_POLLERS, 1);
  builder.SetSyncServerOption(Option::MAX_POLLERS, 2);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             options.most_calls);
  grpc::ResourceQuota quota("unix_server");
  quota.SetMaxThreads(options.most_threads);
  builder.SetResourceQuota(quota);
}

// Gives the socket its mode, then its name: it is never there with another.
Result<struct stat> Publish(const std::string& bound,
                            const UnixServerOptions& options) {
  struct stat socket {};
  if (::chmod(bound.c_str(), options.mode) != 0 ||
      ::lstat(bound.c_str(), &socket) != 0 ||
      ::rename(bound.c_str(), options.path.c_str()) != 0) {
    const int error = errno;
    ::unlink(bound.c_str());
    return FailErrno(options.path, error);
  }
  return socket;
}

}  // namespace

Result<std::unique_ptr<UnixServer>> UnixServer::Start(
    const UnixServerOptions& options,
    std::span<grpc::Service* const> services) {
  ACCELD_TRY(const std::string bound, NameToBind(options.path));
  ACCELD_TRY_VOID(CheckFree(options.path));
  const std::string directory =
      options.path.substr(0, options.path.rfind('/') + 1);
  // gRPC says only that it could not bind.
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    return FailErrno(directory, errno);
  }
  grpc::ServerBuilder builder;
  Configure(options, builder);
  int bound_port = 0;
  builder.AddListeningPort("unix:" + bound, grpc::InsecureServerCredentials(),
                           &bound_port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  // Nobody may connect between bind() and chmod().
  const mode_t former = ::umask(0777);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  ::umask(former);
  if (server == nullptr || bound_port == 0) {
    return Fail(ErrorCode::kIo, options.path + ": cannot listen there");
  }
  ACCELD_TRY(const struct stat socket, Publish(bound, options));
  return std::unique_ptr<UnixServer>(
      new UnixServer(options.path, socket, std::move(server)));
}

UnixServer::UnixServer(std::string path, const struct stat& socket,
                       std::unique_ptr<grpc::Server> server)
    : path_(std::move(path)),
      device_(socket.st_dev),
      inode_(socket.st_ino),
      server_(std::move(server)) {}

UnixServer::~UnixServer() { Stop(std::chrono::milliseconds(0)); }

bool UnixServer::InPlace() const {
  struct stat there {};
  return ::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ &&
         there.st_ino == inode_;
}

void UnixServer::Stop(std::chrono::milliseconds grace) {
  if (server_ == nullptr) return;
  if (InPlace()) ::unlink(path_.c_str());
  server_->Shutdown(std::chrono::system_clock::now() + grace);
  server_->Wait();
  server_.reset();
}

}  // namespace acceld::kubernetes
