// UnixServer: gRPC services on a socket of the file system, as the kubelet
// expects of its plugins. The socket appears at once, with its mode, and only
// this server's own is removed at the end: a successor may have taken its
// place by then (a rolling update).
//
// Start and Stop belong to one thread; services are called from gRPC's threads.
#pragma once

#include <grpcpp/grpcpp.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace acceld::kubernetes {

struct UnixServerOptions {
  std::string path;  // absolute, at most 98 characters
  // Who may connect: the kubelet is root, so nobody else has to.
  mode_t mode = 0600;
  // Of one message, both ways: the kubelet's own limit.
  int most_message_bytes = 16 << 20;
  // Threads for calls; a call more is refused (RESOURCE_EXHAUSTED). Streams of
  // the callback interface need none of their own.
  int most_threads = 32;
  // Calls and streams of one connection at a time.
  int most_calls = 64;
};

class UnixServer {
 public:
  // Serves `services`, which must outlive it. A socket that nobody listens on
  // any more is replaced. Errors: kInvalidArgument (the path), kBusy (another
  // process serves there, or the path is no socket), kNotFound (no such
  // directory), kPermissionDenied, kIo.
  [[nodiscard]] static Result<std::unique_ptr<UnixServer>> Start(
      const UnixServerOptions& options,
      std::span<grpc::Service* const> services);
  ~UnixServer();
  UnixServer(const UnixServer&) = delete;
  UnixServer& operator=(const UnixServer&) = delete;

  // Removes the socket, lets calls in progress end for `grace`, cancels the
  // rest. Once; the destructor does it without grace.
  void Stop(std::chrono::milliseconds grace);

  // Whether the socket is still there and this server's: the kubelet removes
  // all sockets of its directory when it starts.
  [[nodiscard]] bool InPlace() const;

 private:
  UnixServer(std::string path, const struct stat& socket,
             std::unique_ptr<grpc::Server> server);
  std::string path_;
  dev_t device_;  // which socket is ours
  ino_t inode_;
  std::unique_ptr<grpc::Server> server_;  // null: stopped
};

}  // namespace acceld::kubernetes
