#include "integrations/kubernetes/dra/health_service.h"

#include <cstdint>
#include <memory>
#include <mutex>

#include "base/utf8.h"

namespace acceld::dra {
namespace {

// Source: k8s.io/kubelet pkg/apis/dra-health, DeviceHealth.message.
constexpr std::size_t kMaxMessage = 1024;

// The numbers are those of both versions' HealthStatus.
int NumberOf(DeviceHealth health) {
  switch (health) {
    case DeviceHealth::kHealthy:
      return 1;
    case DeviceHealth::kUnhealthy:
      return 2;
    case DeviceHealth::kUnknown:
      break;
  }
  return 0;
}

// One stream; owns itself until gRPC is done with it. Nothing of gRPC is called
// with the lock held, for it may call back at once.
template <typename Response, typename HealthStatus>
class HealthStream final : public grpc::ServerWriteReactor<Response>,
                           public HealthBoard::Listener {
 public:
  static HealthStream* Open(HealthBoard& board, const std::string& pool) {
    auto stream = std::make_shared<HealthStream>(board, pool);
    stream->self_ = stream;
    board.Listen(stream);
    stream->Changed();  // what is known already
    return stream.get();
  }

  HealthStream(HealthBoard& board, std::string pool)
      : board_(board), pool_(std::move(pool)) {}

  void Changed() override { Advance(false); }
  void OnWriteDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      cancelled_ = cancelled_ || !ok;
    }
    Advance(false);
  }
  void OnCancel() override { Advance(true); }
  void OnDone() override { self_.reset(); }

 private:
  // Writes what is new, or ends the stream, unless a write is on its way.
  void Advance(bool cancelled) {
    bool finish = false;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = cancelled_ || cancelled;
      if (writing_ || finished_) return;
      const HealthBoard::State state = board_.Now();
      finish = cancelled_ || state.closed;
      if (!finish && state.number == seen_) return;
      seen_ = state.number;
      finished_ = finish;
      writing_ = !finish;
      if (writing_) Fill(state);
    }
    if (finish) {
      this->Finish(grpc::Status::OK);
    } else {
      this->StartWrite(&response_);
    }
  }

  void Fill(const HealthBoard::State& state) {
    response_.Clear();
    for (const HealthReport& report : state.reports) {
      auto& device = *response_.add_devices();
      device.mutable_device()->set_pool_name(pool_);
      device.mutable_device()->set_device_name(report.device);
      device.set_health(static_cast<HealthStatus>(NumberOf(report.health)));
      device.set_last_updated_time(state.time);
      device.set_message(Printable(report.message, kMaxMessage));
    }
  }

  HealthBoard& board_;
  const std::string pool_;
  std::mutex mutex_;
  std::uint64_t seen_ = 0;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  Response response_;  // while it is written
  std::shared_ptr<HealthStream> self_;
};

}  // namespace

grpc::ServerWriteReactor<::v1::NodeWatchResourcesResponse>*
HealthV1::NodeWatchResources(grpc::CallbackServerContext*,
                             const ::v1::NodeWatchResourcesRequest*) {
  return HealthStream<::v1::NodeWatchResourcesResponse,
                      ::v1::HealthStatus>::Open(board_, pool_);
}

grpc::ServerWriteReactor<::v1alpha1::NodeWatchResourcesResponse>*
HealthV1alpha1::NodeWatchResources(
    grpc::CallbackServerContext*,
    const ::v1alpha1::NodeWatchResourcesRequest*) {
  return HealthStream<::v1alpha1::NodeWatchResourcesResponse,
                      ::v1alpha1::HealthStatus>::Open(board_, pool_);
}

}  // namespace acceld::dra
