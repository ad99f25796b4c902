// Scene: the state of things that a request meets: a machine, a policy, and
// what is held.
// Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "accounting/books.h"
#include "base/clock.h"
#include "graph/topology.h"
#include "placement/marked_devices.h"
#include "placement/occupancy.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

class Scene {
 public:
  // Nobody holds anything. `clock` must outlive it.
  Scene(std::shared_ptr<const graph::Topology> topology,
        std::shared_ptr<const policy::Policy> policy, const Clock& clock);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  [[nodiscard]] const graph::Topology& topology() const { return *topology_; }
  [[nodiscard]] const policy::Policy& policy() const { return *policy_; }
  [[nodiscard]] const placement::MarkedDevices& devices() const {
    return devices_;
  }
  [[nodiscard]] const placement::Occupancy& occupancy() const {
    return occupancy_;
  }
  [[nodiscard]] placement::Occupancy& occupancy() { return occupancy_; }
  [[nodiscard]] accounting::Books& books() { return books_; }

 private:
  [[nodiscard]] std::optional<policy::DeviceMarks> MarksOf(
      const std::string& device) const;

  const std::shared_ptr<const graph::Topology> topology_;
  const std::shared_ptr<const policy::Policy> policy_;
  const placement::MarkedDevices devices_;
  placement::Occupancy occupancy_;
  accounting::Books books_;
};

}  // namespace acceld::policy_tool
