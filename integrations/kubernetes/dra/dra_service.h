// The kubelet's DRA services, v1 and v1beta1, on the claims of this node: the
// same calls with the same answers, but that v1 knows shares of devices. Every
// claim of a request is answered, and one that fails is nothing to the others.
// Called from gRPC's threads.
#pragma once

#include <grpcpp/grpcpp.h>

#include "integrations/kubernetes/dra/claims.h"
#include "kubelet/dra_v1.grpc.pb.h"
#include "kubelet/dra_v1beta1.grpc.pb.h"

namespace acceld::dra {

namespace v1 = ::k8s::io::kubelet::pkg::apis::dra::v1;
namespace v1beta1 = ::k8s::io::kubelet::pkg::apis::dra::v1beta1;

class DraV1 final : public v1::DRAPlugin::Service {
 public:
  explicit DraV1(Claims& claims) : claims_(claims) {}
  grpc::Status NodePrepareResources(
      grpc::ServerContext* context,
      const v1::NodePrepareResourcesRequest* request,
      v1::NodePrepareResourcesResponse* answer) override;
  grpc::Status NodeUnprepareResources(
      grpc::ServerContext* context,
      const v1::NodeUnprepareResourcesRequest* request,
      v1::NodeUnprepareResourcesResponse* answer) override;

 private:
  Claims& claims_;
};

class DraV1beta1 final : public v1beta1::DRAPlugin::Service {
 public:
  explicit DraV1beta1(Claims& claims) : claims_(claims) {}
  grpc::Status NodePrepareResources(
      grpc::ServerContext* context,
      const v1beta1::NodePrepareResourcesRequest* request,
      v1beta1::NodePrepareResourcesResponse* answer) override;
  grpc::Status NodeUnprepareResources(
      grpc::ServerContext* context,
      const v1beta1::NodeUnprepareResourcesRequest* request,
      v1beta1::NodeUnprepareResourcesResponse* answer) override;

 private:
  Claims& claims_;
};

}  // namespace acceld::dra
