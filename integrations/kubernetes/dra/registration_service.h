// What the kubelet's plugin watcher asks a plugin that it found, and tells it.
// Called from gRPC's threads.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <utility>

#include "kubelet/pluginregistration_v1.grpc.pb.h"

namespace acceld::dra {

class RegistrationService final
    : public pluginregistration::Registration::Service {
 public:
  // `endpoint`: path of the socket that serves DRA. `told` is called with the
  // kubelet's verdict; an empty text: registered.
  RegistrationService(std::string endpoint,
                      std::function<void(const std::string& error)> told)
      : endpoint_(std::move(endpoint)), told_(std::move(told)) {}

  grpc::Status GetInfo(grpc::ServerContext* context,
                       const pluginregistration::InfoRequest* request,
                       pluginregistration::PluginInfo* answer) override;
  grpc::Status NotifyRegistrationStatus(
      grpc::ServerContext* context,
      const pluginregistration::RegistrationStatus* request,
      pluginregistration::RegistrationStatusResponse* answer) override;

 private:
  const std::string endpoint_;
  const std::function<void(const std::string&)> told_;
};

}  // namespace acceld::dra
