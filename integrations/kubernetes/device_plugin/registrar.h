// Registrar: tells the kubelet of the servers of all resources, each once, and
// a kubelet that was started anew again. One thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "integrations/kubernetes/device_plugin/resource_server.h"

namespace acceld::kubernetes {

// By the name of the resource.
using Servers = std::map<std::string, std::unique_ptr<ResourceServer>>;

class Registrar {
 public:
  // `directory`: of the kubelet's plugins. The servers, which may come and go,
  // must outlive it.
  Registrar(std::string directory, const Servers& servers);

  // Tells of those that were not told of; one that the kubelet refuses is
  // logged, and told of again by the next call.
  void TellKubelet();
  [[nodiscard]] bool is_done() const;
  // A server has another socket, or is no more.
  void Forget(const std::string& resource) { known_.erase(resource); }
  // The kubelet was started anew, before or after the last TellKubelet().
  void OnKubeletRestart();

 private:
  [[nodiscard]] std::string KubeletIdentity() const;

  const std::string directory_;
  const Servers& servers_;
  std::set<std::string> known_;  // resources that the kubelet was told of
  std::string told_;             // which kubelet
  std::string refusal_;          // the last one that was logged
};

}  // namespace acceld::kubernetes
