#include "placement/marked_devices.h"

namespace acceld::placement {

MarkedDevices::MarkedDevices(const graph::Topology& topology,
                             const policy::Policy& policy) {
  for (const graph::VertexId id : FindDevices(topology)) {
    marks_.push_back(policy.Mark(devices_.emplace_back(topology, id)));
  }
}

}  // namespace acceld::placement
