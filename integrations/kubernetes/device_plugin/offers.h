// Offers: what the kubelet is offered now: a server of each resource and its
// registration. Resources come and go as their files do. One thread but for the
// servers' calls.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/device_plugin/registrar.h"
#include "integrations/kubernetes/device_plugin/resource_server.h"

namespace acceld::kubernetes {

class Offers {
 public:
  // `directory`: of the kubelet's plugins. `counter` must outlive it.
  Offers(std::string directory, const Counter& counter);
  Offers(const Offers&) = delete;
  Offers& operator=(const Offers&) = delete;

  // Offers these from now on: the keeper has them, and each has a server, which
  // Serve() starts. The kubelet takes one that is no longer offered for stopped
  // (its devices are unhealthy); what pods have of it they keep.
  void Replace(std::span<const Resource> resources);
  // Serves each, anew where the kubelet removed its socket. Errors: those of
  // UnixServer::Start.
  [[nodiscard]] Status Serve();
  void Stop();
  [[nodiscard]] Registrar& registrar() { return registrar_; }

 private:
  const std::string directory_;
  const Counter& counter_;
  Servers servers_;  // by name
  Registrar registrar_;
};

}  // namespace acceld::kubernetes
