#include "integrations/kubernetes/device_plugin/registrar.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "integrations/kubernetes/device_plugin/kubelet_watch.h"

namespace acceld::kubernetes {

Registrar::Registrar(std::string directory,
                     std::span<const std::unique_ptr<ResourceServer>> servers)
    : directory_(std::move(directory)),
      servers_(servers),
      is_told_(servers.size(), false) {}

std::string Registrar::KubeletIdentity() const {
  return SocketIdentity(directory_ + "/kubelet.sock");
}

bool Registrar::is_done() const {
  return std::find(is_told_.begin(), is_told_.end(), false) == is_told_.end();
}

void Registrar::TellKubelet() {
  if (is_done()) return;
  // Asked before: where the kubelet is replaced meanwhile, all is told anew.
  std::string kubelet = KubeletIdentity();
  if (kubelet != told_) {
    is_told_.assign(is_told_.size(), false);
    told_ = std::move(kubelet);
  }
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (is_told_[i]) continue;
    const Status done = servers_[i]->Register();
    if (done) {
      is_told_[i] = true;
      refusal_.clear();
      Log(LogLevel::kInfo, "registered", {{"resource", servers_[i]->name()}});
      continue;
    }
    const ErrorCode code = done.error().code;
    if (std::exchange(refusal_, done.error().message) != done.error().message) {
      Log(LogLevel::kWarning, "not_registered",
          {{"resource", servers_[i]->name()}, {"reason", refusal_}});
    }
    // None of the others would have an answer.
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kDeadline) return;
  }
}

void Registrar::OnKubeletRestart() {
  // It may have been told before its start was noticed, by a server whose
  // socket it had removed. Told twice, it ends the calls in progress.
  if (KubeletIdentity() == told_) return;
  is_told_.assign(is_told_.size(), false);
}

}  // namespace acceld::kubernetes
