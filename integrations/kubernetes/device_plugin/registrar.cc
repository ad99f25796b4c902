#include "integrations/kubernetes/device_plugin/registrar.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "integrations/kubernetes/device_plugin/kubelet_watch.h"

namespace acceld::kubernetes {

Registrar::Registrar(std::string directory, const Servers& servers)
    : directory_(std::move(directory)), servers_(servers) {}

std::string Registrar::KubeletIdentity() const {
  return SocketIdentity(directory_ + "/kubelet.sock");
}

bool Registrar::is_done() const {
  return std::all_of(servers_.begin(), servers_.end(), [this](const auto& one) {
    return known_.contains(one.first);
  });
}

void Registrar::TellKubelet() {
  if (is_done()) return;
  // Asked before: where the kubelet is replaced meanwhile, all is told anew.
  std::string kubelet = KubeletIdentity();
  if (kubelet != told_) {
    known_.clear();
    told_ = std::move(kubelet);
  }
  for (const auto& [name, server] : servers_) {
    if (known_.contains(name)) continue;
    const Status done = server->Register();
    if (done) {
      known_.insert(name);
      refusal_.clear();
      Log(LogLevel::kInfo, "registered", {{"resource", server->name()}});
      continue;
    }
    const ErrorCode code = done.error().code;
    if (std::exchange(refusal_, done.error().message) != done.error().message) {
      Log(LogLevel::kWarning, "not_registered",
          {{"resource", server->name()}, {"reason", refusal_}});
    }
    // None of the others would have an answer.
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kDeadline) return;
  }
}

void Registrar::OnKubeletRestart() {
  // It may have been told before its start was noticed, by a server whose
  // socket it had removed. Told twice, it ends the calls in progress.
  if (KubeletIdentity() == told_) return;
  known_.clear();
}

}  // namespace acceld::kubernetes
