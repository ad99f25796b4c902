#include "client/receive_grants.h"

#include <poll.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace acceld::client {
namespace {

constexpr std::chrono::seconds kPatience{30};

// Errors: kUnavailable (nothing came in time).
Status WaitReadable(int socket, std::chrono::milliseconds timeout) {
  pollfd polled{socket, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&polled, 1, static_cast<int>(timeout.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return FailErrno("wait for grants", errno);
  if (ready == 0) {
    return Fail(ErrorCode::kUnavailable, "acceld sent no grants in time");
  }
  return {};
}

}  // namespace

Result<Received> ReceiveGrants(int socket) {
  Received received;
  for (bool last = false; !last;) {
    ACCELD_TRY_VOID(WaitReadable(socket, kPatience));
    ACCELD_TRY(api::SessionMessage message, api::ReceiveSessionMessage(socket));
    if (message.type == api::SessionMessage::Type::kRevoked) {
      return Fail(ErrorCode::kDeviceGone,
                  "the lease was revoked at once: " + message.reason);
    }
    last = message.last;
    received.lease = std::move(message.lease);
    for (api::Grant& grant : message.grants) {
      received.grants.push_back(std::move(grant));
    }
  }
  return received;
}

}  // namespace acceld::client
