#include "integrations/kubernetes/device_plugin/pod_resources.h"

#include <chrono>

#include "integrations/kubernetes/grpc/unix_channel.h"
#include "kubelet/podresources_v1.grpc.pb.h"

namespace acceld::kubernetes {
namespace {

// The agent's loop and an Allocate may wait for it.
constexpr std::chrono::seconds kPatience{5};

}  // namespace

PodResources::PodResources(const std::string& socket)
    : channel_(OpenUnixChannel(socket)) {}

Result<UnitsInUse> PodResources::List() const {
  const auto stub = v1::PodResourcesLister::NewStub(channel_);
  grpc::ClientContext context;
  SetTimeout(kPatience, context);
  v1::ListPodResourcesResponse answer;
  ACCELD_TRY_VOID(
      FromGrpc("PodResources.List", stub->List(&context, {}, &answer)));
  UnitsInUse units;
  for (const auto& pod : answer.pod_resources()) {
    for (const auto& container : pod.containers()) {
      for (const auto& devices : container.devices()) {
        if (!devices.resource_name().starts_with(kDomain)) continue;
        for (const std::string& id : devices.device_ids()) {
          units.emplace(devices.resource_name(), id);
        }
      }
    }
  }
  return units;
}

}  // namespace acceld::kubernetes
