// What the kubelet says of the devices that its pods have. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "integrations/kubernetes/device_plugin/keeper.h"

namespace acceld::kubernetes {

class PodResources {
 public:
  // `socket`: the kubelet's, "/var/lib/kubelet/pod-resources/kubelet.sock".
  explicit PodResources(const std::string& socket);

  // Units of acceld's resources. Errors: kUnavailable (no kubelet there, or
  // none that this process may connect to), kDeadline, and others of gRPC.
  [[nodiscard]] Result<UnitsInUse> List() const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace acceld::kubernetes
