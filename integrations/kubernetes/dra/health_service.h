// DRAResourceHealth, v1 and v1alpha1: a stream of all devices' health, each
// time that they were looked at. gRPC's callback interface, so that a stream,
// which lasts as long as the kubelet, keeps no thread. The board must outlive
// the server.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "integrations/kubernetes/dra/health.h"
#include "kubelet/dra_health_v1.grpc.pb.h"
#include "kubelet/dra_health_v1alpha1.grpc.pb.h"

namespace acceld::dra {

class HealthV1 final : public ::v1::DRAResourceHealth::CallbackService {
 public:
  HealthV1(HealthBoard& board, std::string pool)
      : board_(board), pool_(std::move(pool)) {}
  grpc::ServerWriteReactor<::v1::NodeWatchResourcesResponse>*
  NodeWatchResources(grpc::CallbackServerContext* context,
                     const ::v1::NodeWatchResourcesRequest* request) override;

 private:
  HealthBoard& board_;
  const std::string pool_;
};

class HealthV1alpha1 final
    : public ::v1alpha1::DRAResourceHealth::CallbackService {
 public:
  HealthV1alpha1(HealthBoard& board, std::string pool)
      : board_(board), pool_(std::move(pool)) {}
  grpc::ServerWriteReactor<::v1alpha1::NodeWatchResourcesResponse>*
  NodeWatchResources(
      grpc::CallbackServerContext* context,
      const ::v1alpha1::NodeWatchResourcesRequest* request) override;

 private:
  HealthBoard& board_;
  const std::string pool_;
};

}  // namespace acceld::dra
