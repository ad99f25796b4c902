// DeviceFeed: what one resource's ListAndWatch streams: the whole list, at once
// and whenever it changes. Thread-safe; streams run on gRPC's threads and take
// none of their own.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <mutex>
#include <set>

#include "integrations/kubernetes/bundles/units.h"
#include "kubelet/deviceplugin_v1beta1.pb.h"

namespace acceld::kubernetes {

// The list as the kubelet reads it.
[[nodiscard]] v1beta1::ListAndWatchResponse ListOf(const Units& units);

class DeviceFeed {
 public:
  using Reactor = grpc::ServerWriteReactor<v1beta1::ListAndWatchResponse>;

  DeviceFeed() = default;
  // Requires: no stream is open (the server was stopped).
  ~DeviceFeed() = default;
  DeviceFeed(const DeviceFeed&) = delete;
  DeviceFeed& operator=(const DeviceFeed&) = delete;

  // Goes to every stream, where it differs from the list before. A stream that
  // the kubelet does not read gets the newest list when it does.
  void Publish(v1beta1::ListAndWatchResponse list);
  // A new stream; gRPC owns it.
  [[nodiscard]] Reactor* Open();
  // Ends all streams, and those that are opened from now on at once.
  void End();
  // Streams may be opened again.
  void Begin();

 private:
  class Stream;

  std::mutex mutex_;
  v1beta1::ListAndWatchResponse list_;
  std::uint64_t version_ = 1;  // of list_
  bool ended_ = false;
  std::set<Stream*> streams_;
};

}  // namespace acceld::kubernetes
