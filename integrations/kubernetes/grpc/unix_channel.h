// Calls to gRPC services on sockets of the file system: the kubelet's.
// Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"

namespace acceld::kubernetes {

// Connects when it is first used, and again when the server was away. `path`
// is absolute. A channel of its own: none of its state is another's.
[[nodiscard]] std::shared_ptr<grpc::Channel> OpenUnixChannel(
    const std::string& path, int most_message_bytes = 16 << 20);

// Sets the time a call may take at most.
void SetTimeout(std::chrono::milliseconds timeout,
                grpc::ClientContext& context);

// A call's outcome as a fault of `what` ("Register"), and a fault as what a
// call answers with.
[[nodiscard]] Status FromGrpc(const std::string& what,
                              const grpc::Status& status);
[[nodiscard]] grpc::Status ToGrpc(const Error& error);

}  // namespace acceld::kubernetes
