#include "integrations/kubernetes/grpc/unix_channel.h"

#include <array>

namespace acceld::kubernetes {
namespace {

struct Match {
  ErrorCode error;
  grpc::StatusCode status;
};

// The first of a kind is its translation.
constexpr std::array<Match, 15> kMatches{{
    {ErrorCode::kInvalidArgument, grpc::INVALID_ARGUMENT},
    {ErrorCode::kNotFound, grpc::NOT_FOUND},
    {ErrorCode::kPermissionDenied, grpc::PERMISSION_DENIED},
    {ErrorCode::kQuotaExceeded, grpc::RESOURCE_EXHAUSTED},
    {ErrorCode::kBusy, grpc::RESOURCE_EXHAUSTED},
    {ErrorCode::kUnsatisfiable, grpc::FAILED_PRECONDITION},
    {ErrorCode::kStale, grpc::ABORTED},
    {ErrorCode::kUnsupported, grpc::UNIMPLEMENTED},
    {ErrorCode::kDeadline, grpc::DEADLINE_EXCEEDED},
    {ErrorCode::kUnavailable, grpc::UNAVAILABLE},
    {ErrorCode::kDeviceGone, grpc::FAILED_PRECONDITION},
    {ErrorCode::kNoMemory, grpc::RESOURCE_EXHAUSTED},
    {ErrorCode::kCorruptInput, grpc::DATA_LOSS},
    {ErrorCode::kIo, grpc::INTERNAL},
    {ErrorCode::kInternal, grpc::INTERNAL},
}};

// What the kubelet puts into a pod's status; gRPC's own limit of a status is
// that of its headers, 8 KiB.
constexpr std::size_t kLongestMessage = 2048;  // bytes

}  // namespace

std::shared_ptr<grpc::Channel> OpenUnixChannel(const std::string& path,
                                               int most_message_bytes) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(most_message_bytes);
  arguments.SetMaxSendMessageSize(most_message_bytes);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A restarted kubelet is to be heard from at once, not after gRPC's minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // No proxy of the environment stands between two processes of a machine.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(
      "unix:" + path, grpc::InsecureChannelCredentials(), arguments);
}

void SetTimeout(std::chrono::milliseconds timeout,
                grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + timeout);
}

Status FromGrpc(const std::string& what, const grpc::Status& status) {
  if (status.ok()) return {};
  ErrorCode code = ErrorCode::kIo;
  for (const Match& match : kMatches) {
    if (match.status == status.error_code()) {
      code = match.error;
      break;
    }
  }
  return Fail(code, what + ": " + status.error_message());
}

grpc::Status ToGrpc(const Error& error) {
  for (const Match& match : kMatches) {
    if (match.error == error.code) {
      return {match.status, error.message.substr(0, kLongestMessage)};
    }
  }
  return {grpc::UNKNOWN, error.message.substr(0, kLongestMessage)};
}

}  // namespace acceld::kubernetes
