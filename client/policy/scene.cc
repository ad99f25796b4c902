#include "client/policy/scene.h"

#include <utility>

#include "placement/device_view.h"

namespace acceld::policy_tool {

Scene::Scene(std::shared_ptr<const graph::Topology> topology,
             std::shared_ptr<const policy::Policy> policy, const Clock& clock)
    : topology_(std::move(topology)),
      policy_(std::move(policy)),
      devices_(*topology_, *policy_),
      books_(clock, policy_,
             [this](const std::string& device) { return MarksOf(device); }) {}

std::optional<policy::DeviceMarks> Scene::MarksOf(
    const std::string& device) const {
  const auto id = topology_->Find(device);
  if (!id) return std::nullopt;
  return policy_->Mark(placement::DeviceView(*topology_, *id));
}

}  // namespace acceld::policy_tool
