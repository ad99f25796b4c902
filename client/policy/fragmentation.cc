#include "client/policy/fragmentation.h"

#include <algorithm>
#include <set>

#include "placement/device_view.h"
#include "placement/units.h"

namespace acceld::policy_tool {
namespace {

bool Offers(const graph::Topology& topology, graph::VertexId device,
            const std::string& function) {
  const placement::DeviceView view(topology, device);
  const auto* functions =
      view.GetAs<std::vector<std::string>>(attr::kFunctions);
  return functions != nullptr && std::find(functions->begin(), functions->end(),
                                           function) != functions->end();
}

}  // namespace

Fragmentation::Fragmentation(std::shared_ptr<const graph::Topology> topology,
                             const placement::Occupancy& occupancy,
                             const std::string& function)
    : topology_(std::move(topology)), accelerators_(*topology_, occupancy) {
  std::set<graph::VertexId> watched;
  for (const graph::VertexId device : placement::FindDevices(*topology_)) {
    if (!Offers(*topology_, device, function)) continue;
    for (const graph::VertexId one : accelerators_.Of(device)) {
      watched.insert(one);
    }
  }
  watched_.assign(watched.begin(), watched.end());
  std::set<std::int64_t> sizes;
  if (!watched_.empty()) sizes.insert(1);
  for (placement::Unit& unit :
       placement::FindUnits(*topology_, accelerators_)) {
    const bool whole =
        std::all_of(unit.accelerators.begin(), unit.accelerators.end(),
                    [&](graph::VertexId id) { return watched.contains(id); });
    if (!whole) continue;
    sizes.insert(static_cast<std::int64_t>(unit.accelerators.size()));
    units_.push_back(std::move(unit.accelerators));
  }
  sizes_.assign(sizes.begin(), sizes.end());
}

Fragmentation::Now Fragmentation::Look() const {
  Now now;
  const auto is_free = [this](graph::VertexId id) {
    return accelerators_.IsFree(id);
  };
  now.free = std::count_if(watched_.begin(), watched_.end(), is_free);
  now.largest_whole = now.free == 0 ? 0 : 1;
  for (const auto& unit : units_) {
    const auto size = static_cast<std::int64_t>(unit.size());
    if (size > now.largest_whole &&
        std::all_of(unit.begin(), unit.end(), is_free)) {
      now.largest_whole = size;
    }
  }
  return now;
}

std::vector<graph::VertexId> Fragmentation::WatchedOf(
    graph::VertexId device) const {
  std::vector<graph::VertexId> found;
  for (const graph::VertexId one : accelerators_.Of(device)) {
    if (std::binary_search(watched_.begin(), watched_.end(), one)) {
      found.push_back(one);
    }
  }
  return found;
}

}  // namespace acceld::policy_tool
