// Registrar: tells the kubelet of the servers of all resources, each once, and
// a kubelet that was started anew again. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "integrations/kubernetes/device_plugin/resource_server.h"

namespace acceld::kubernetes {

class Registrar {
 public:
  // `directory`: of the kubelet's plugins. The servers must outlive it.
  Registrar(std::string directory,
            std::span<const std::unique_ptr<ResourceServer>> servers);

  // Tells of those that were not told of; one that the kubelet refuses is
  // logged, and told of again by the next call.
  void TellKubelet();
  [[nodiscard]] bool is_done() const;
  // A server has another socket.
  void Forget(std::size_t server) { is_told_[server] = false; }
  // The kubelet was started anew, before or after the last TellKubelet().
  void OnKubeletRestart();

 private:
  [[nodiscard]] std::string KubeletIdentity() const;

  const std::string directory_;
  const std::span<const std::unique_ptr<ResourceServer>> servers_;
  std::vector<bool> is_told_;  // as servers_
  std::string told_;           // which kubelet
  std::string refusal_;        // the last one that was logged
};

}  // namespace acceld::kubernetes
