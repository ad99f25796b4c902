#include "placement/accelerators.h"

#include <algorithm>
#include <set>

#include "placement/device_capacity.h"
#include "placement/device_view.h"

namespace acceld::placement {

using graph::VertexId;

Accelerators::Accelerators(const graph::Topology& topology,
                           const Occupancy& occupancy)
    : topology_(topology), occupancy_(occupancy), doors_(topology) {}

std::vector<VertexId> Accelerators::Of(VertexId device) const {
  if (!doors_.TakesAll(device)) return {DeviceView(topology_, device).owner()};
  std::set<VertexId> owners;
  for (const VertexId other : doors_.OthersOf(device)) {
    owners.insert(DeviceView(topology_, other).owner());
  }
  return {owners.begin(), owners.end()};
}

bool Accelerators::IsFree(VertexId accelerator) const {
  const auto engines =
      topology_.RelatedTo(accelerator, RelationKind::kEngineOf);
  return IsUntouched(accelerator) &&
         std::all_of(engines.begin(), engines.end(),
                     [this](VertexId engine) { return IsUntouched(engine); });
}

bool Accelerators::IsUntouched(VertexId device) const {
  const auto is_held = [this](VertexId id) {
    const DeviceUse use = UseOf(occupancy_, topology_.vertex(id).key);
    return use.instances > 0 || use.exclusive > 0 || use.quarantined > 0;
  };
  const auto others = doors_.OthersOf(device);
  return !is_held(device) &&
         std::none_of(others.begin(), others.end(), is_held);
}

std::vector<VertexId> Accelerators::All() const {
  std::set<VertexId> all;
  for (const VertexId device : FindDevices(topology_)) {
    if (!doors_.TakesAll(device)) {
      all.insert(DeviceView(topology_, device).owner());
    }
  }
  return {all.begin(), all.end()};
}

}  // namespace acceld::placement
