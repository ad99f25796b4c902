#include "integrations/kubernetes/device_plugin/device_feed.h"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

namespace acceld::kubernetes {
namespace {

constexpr const char* kHealthy = "Healthy";
constexpr const char* kUnhealthy = "Unhealthy";

}  // namespace

v1beta1::ListAndWatchResponse ListOf(const Units& units) {
  v1beta1::ListAndWatchResponse list;
  for (const auto& [id, unit] : units.all()) {
    v1beta1::Device* device = list.add_devices();
    device->set_id(id);
    device->set_health(unit.is_healthy() ? kHealthy : kUnhealthy);
    if (!unit.copy) continue;
    for (const std::int64_t node : unit.copy->nodes) {
      device->mutable_topology()->add_nodes()->set_id(node);
    }
  }
  return list;
}

// Members are guarded by the feed's mutex. gRPC does not call back from within
// StartWrite() and Finish(), so both are called with it held: a stream that is
// in the feed's set is not deleted meanwhile.
class DeviceFeed::Stream final : public Reactor {
 public:
  explicit Stream(DeviceFeed& feed) : feed_(feed) {}

  // Requires: the mutex.
  void Advance() {
    if (writing_ || finished_) return;
    if (feed_.ended_ || cancelled_) {
      finished_ = true;
      Finish(cancelled_ ? grpc::Status::CANCELLED : grpc::Status::OK);
      return;
    }
    if (sent_ == feed_.version_) return;
    sent_ = feed_.version_;
    sending_ = feed_.list_;
    writing_ = true;
    StartWrite(&sending_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(feed_.mutex_);
    writing_ = false;
    cancelled_ = cancelled_ || !ok;
    Advance();
  }
  void OnCancel() override {
    const std::lock_guard lock(feed_.mutex_);
    cancelled_ = true;
    Advance();
  }
  void OnDone() override {
    {
      const std::lock_guard lock(feed_.mutex_);
      feed_.streams_.erase(this);
    }
    delete this;
  }

 private:
  DeviceFeed& feed_;
  v1beta1::ListAndWatchResponse sending_;
  std::uint64_t sent_ = 0;  // version
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

void DeviceFeed::Publish(v1beta1::ListAndWatchResponse list) {
  const std::lock_guard lock(mutex_);
  if (google::protobuf::util::MessageDifferencer::Equals(list, list_)) return;
  list_ = std::move(list);
  ++version_;
  for (Stream* stream : streams_) stream->Advance();
}

DeviceFeed::Reactor* DeviceFeed::Open() {
  const std::lock_guard lock(mutex_);
  auto stream = std::make_unique<Stream>(*this);
  streams_.insert(stream.get());
  stream->Advance();
  return stream.release();
}

void DeviceFeed::End() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (Stream* stream : streams_) stream->Advance();
}

void DeviceFeed::Begin() {
  const std::lock_guard lock(mutex_);
  ended_ = false;
}

}  // namespace acceld::kubernetes
