#include "integrations/kubernetes/dra/registration_service.h"

#include "integrations/kubernetes/dra/device_document.h"

namespace acceld::dra {

grpc::Status RegistrationService::GetInfo(
    grpc::ServerContext*, const pluginregistration::InfoRequest*,
    pluginregistration::PluginInfo* answer) {
  answer->set_type("DRAPlugin");
  answer->set_name(kDriver);
  answer->set_endpoint(endpoint_);
  // Source: k8s.io/kubelet pkg/apis/dra/v1 and v1beta1, DRAPluginService;
  // pkg/apis/dra-health. A kubelet passes over what it does not know.
  for (const char* version :
       {"v1.DRAPlugin", "v1beta1.DRAPlugin", "v1.DRAResourceHealth",
        "v1alpha1.DRAResourceHealth"}) {
    answer->add_supported_versions(version);
  }
  return grpc::Status::OK;
}

grpc::Status RegistrationService::NotifyRegistrationStatus(
    grpc::ServerContext*, const pluginregistration::RegistrationStatus* request,
    pluginregistration::RegistrationStatusResponse*) {
  told_(request->plugin_registered() ? std::string()
                                     : "not registered: " + request->error());
  return grpc::Status::OK;
}

}  // namespace acceld::dra
