// MarkedDevices: all devices of a machine with what a policy says of each,
// whoever asks. Made once for a topology and a policy, so that a request marks
// no device. Immutable; thread-safe.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/topology.h"
#include "placement/device_view.h"
#include "policy/marks.h"
#include "policy/policy.h"

namespace acceld::placement {

class MarkedDevices {
 public:
  // `topology` must outlive it. The marks are good for `policy` alone.
  // Complexity: O(devices x what the policy says about devices).
  MarkedDevices(const graph::Topology& topology, const policy::Policy& policy);

  // As FindDevices(): in key order.
  [[nodiscard]] const std::vector<DeviceView>& devices() const {
    return devices_;
  }
  [[nodiscard]] const policy::DeviceMarks& marks(std::size_t device) const {
    return marks_[device];
  }

 private:
  std::vector<DeviceView> devices_;
  std::vector<policy::DeviceMarks> marks_;  // as devices_
};

}  // namespace acceld::placement
