#include "placement/taints.h"

namespace acceld::placement {

std::optional<policy::TaintVerdict> HeaviestTaint(
    const policy::Policy& policy, const policy::SubjectMarks& subject,
    const policy::DeviceMarks& marks, const graph::Topology& topology,
    const DeviceView& device, const DeviceTaint& at_run_time) {
  auto heaviest = policy.TaintOf(subject, marks);
  if (!at_run_time) return heaviest;
  for (const graph::VertexId id : {device.vertex().id, device.owner()}) {
    if (heaviest && heaviest->refuses) break;
    const auto set = at_run_time(topology.vertex(id));
    if (set && (set->refuses || !heaviest)) heaviest = set;
  }
  return heaviest;
}

}  // namespace acceld::placement
