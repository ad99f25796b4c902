#include "integrations/kubernetes/dra/dra_service.h"

#include <string>

#include "base/log.h"
#include "base/utf8.h"

namespace acceld::dra {
namespace {

constexpr std::size_t kMaxError = 4096;

template <typename Claim>
ClaimName NameOf(const Claim& claim) {
  return {claim.namespace_(), claim.name(), claim.uid()};
}

// Only v1 has it.
void SetShare(const PreparedDevice& one, v1::Device& device) {
  if (!one.share_id.empty()) device.set_share_id(one.share_id);
}
void SetShare(const PreparedDevice&, v1beta1::Device&) {}

template <typename Request, typename Answer>
void PrepareAll(Claims& claims, const grpc::ServerContext& context,
                const Request& request, Answer& answer) {
  for (const auto& claim : request.claims()) {
    auto& one = (*answer.mutable_claims())[claim.uid()];
    one.Clear();  // the same claim twice
    // The next call comes in a minute, and would wait for what nobody hears of.
    if (context.IsCancelled()) {
      one.set_error("the kubelet does not wait any more");
      continue;
    }
    const auto prepared = claims.Prepare(NameOf(claim));
    if (!prepared) {
      one.set_error(Printable(prepared.error().message, kMaxError));
      Log(LogLevel::kWarning, "claim_not_prepared",
          {{"claim", claim.namespace_() + "/" + claim.name()},
           {"uid", claim.uid()},
           {"error", prepared.error().message}});
      continue;
    }
    for (const PreparedDevice& device : *prepared) {
      auto& told = *one.add_devices();
      told.add_request_names(device.request);
      told.set_pool_name(device.pool);
      told.set_device_name(device.device);
      for (const std::string& name : device.cdi_devices) {
        told.add_cdi_device_ids(name);
      }
      SetShare(device, told);
    }
  }
}

template <typename Request, typename Answer>
void UnprepareAll(Claims& claims, const Request& request, Answer& answer) {
  for (const auto& claim : request.claims()) {
    auto& one = (*answer.mutable_claims())[claim.uid()];
    const Status done = claims.Unprepare(claim.uid());
    if (!done) one.set_error(Printable(done.error().message, kMaxError));
  }
}

}  // namespace

grpc::Status DraV1::NodePrepareResources(
    grpc::ServerContext* context,
    const v1::NodePrepareResourcesRequest* request,
    v1::NodePrepareResourcesResponse* answer) {
  PrepareAll(claims_, *context, *request, *answer);
  return grpc::Status::OK;
}

grpc::Status DraV1::NodeUnprepareResources(
    grpc::ServerContext*, const v1::NodeUnprepareResourcesRequest* request,
    v1::NodeUnprepareResourcesResponse* answer) {
  UnprepareAll(claims_, *request, *answer);
  return grpc::Status::OK;
}

grpc::Status DraV1beta1::NodePrepareResources(
    grpc::ServerContext* context,
    const v1beta1::NodePrepareResourcesRequest* request,
    v1beta1::NodePrepareResourcesResponse* answer) {
  PrepareAll(claims_, *context, *request, *answer);
  return grpc::Status::OK;
}

grpc::Status DraV1beta1::NodeUnprepareResources(
    grpc::ServerContext*, const v1beta1::NodeUnprepareResourcesRequest* request,
    v1beta1::NodeUnprepareResourcesResponse* answer) {
  UnprepareAll(claims_, *request, *answer);
  return grpc::Status::OK;
}

}  // namespace acceld::dra
