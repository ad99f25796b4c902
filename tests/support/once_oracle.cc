#include "tests/support/once_oracle.h"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include "base/units.h"

namespace acceld::testing {

using graph::VertexId;
using placement::Cost;

namespace {

std::vector<VertexId> Accelerators(const graph::Topology& topology) {
  std::vector<VertexId> ids;
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind == VertexKind::kAccelerator) ids.push_back(vertex.id);
  }
  return ids;
}

}  // namespace

OnceOracle::OnceOracle(const graph::Topology& topology,
                       const placement::Occupancy& occupancy)
    : topology_(topology) {
  FindHeld(occupancy);
  FindUnits();
}

// The accelerator that a device is an engine of, or itself.
VertexId OnceOracle::Whole(VertexId device) const {
  const auto owner = topology_.RelatedFrom(device, RelationKind::kEngineOf);
  return owner.empty() ? device : owner.front();
}

Cost OnceOracle::CostOf(const placement::Placement& placement,
                        const policy::Objective& objective) const {
  std::set<VertexId> taken;
  for (const auto& one : placement.stages) {
    const VertexId whole = Whole(one.device);
    const auto doors = Doors(whole);
    taken.insert(doors.begin(), doors.end());
    if (doors.empty()) taken.insert(whole);
  }
  Cost cost = 0;
  for (const VertexId one : taken) {
    if (!held_.contains(one)) cost += 1'000'000 * objective.pack_weight;
  }
  cost += objective.power_weight * PowerOf(taken);
  for (const auto& unit : units_) {
    bool is_free = true;
    bool is_taken = false;
    for (const VertexId one : unit) {
      is_free = is_free && !held_.contains(one);
      is_taken = is_taken || taken.contains(one);
    }
    if (is_free && is_taken) {
      cost += 1'000'000 * objective.keep_whole_weight;
    }
  }
  return cost;
}

// Microwatts of the hardware that these are of, where nobody held any of it.
std::int64_t OnceOracle::PowerOf(const std::set<VertexId>& taken) const {
  std::map<VertexId, std::int64_t> of_free;  // by what has it
  std::set<VertexId> in_use;
  for (const VertexId one : Accelerators(topology_)) {
    auto parts = topology_.RelatedFrom(one, RelationKind::kAcceleratorOf);
    parts.insert(parts.begin(), one);
    const auto with_power =
        std::find_if(parts.begin(), parts.end(), [&](VertexId part) {
          return topology_.vertex(part).Get(attr::kPower) != nullptr;
        });
    if (with_power == parts.end() || !Doors(one).empty()) continue;
    const auto* power = topology_.vertex(*with_power).Get(attr::kPower);
    if (held_.contains(one)) in_use.insert(*with_power);
    if (!taken.contains(one)) continue;
    of_free[*with_power] = std::get<Microwatts>(*power).value();
  }
  std::int64_t sum = 0;
  for (const auto& [part, power] : of_free) {
    if (!in_use.contains(part)) sum += power;
  }
  return sum;
}

// The devices whose hardware a VFIO device takes; else nothing.
std::vector<VertexId> OnceOracle::Doors(VertexId device) const {
  const graph::Vertex& vertex = topology_.vertex(device);
  const auto* framework = vertex.Get(attr::kFramework);
  if (framework == nullptr || ToText(*framework) != "vfio") return {};
  auto functions = topology_.RelatedFrom(device, RelationKind::kAcceleratorOf);
  if (const auto* all = vertex.Get("vfio_group_functions")) {
    functions.clear();
    for (const auto& address : std::get<std::vector<std::string>>(*all)) {
      functions.push_back(*topology_.Find("pci:" + address));
    }
  }
  std::vector<VertexId> others;
  for (const VertexId function : functions) {
    for (const VertexId other :
         topology_.RelatedTo(function, RelationKind::kAcceleratorOf)) {
      if (other != device) others.push_back(other);
    }
  }
  return others;
}

void OnceOracle::FindHeld(const placement::Occupancy& occupancy) {
  for (const auto& [key, use] : occupancy.devices) {
    const auto device = topology_.Find(key);
    if (!device || use.instances + use.exclusive + use.quarantined == 0) {
      continue;
    }
    held_.insert(Whole(*device));
    for (const VertexId other : Doors(*device)) held_.insert(other);
  }
}

// Accelerators of one function by every place that they have, as text.
void OnceOracle::FindUnits() {
  std::map<std::string, std::set<VertexId>> at;
  for (const VertexId one : Accelerators(topology_)) {
    const graph::Vertex& vertex = topology_.vertex(one);
    const auto* health = vertex.Get(attr::kHealth);
    const auto* functions = vertex.Get(attr::kFunctions);
    if (functions == nullptr || !Doors(one).empty()) continue;
    if (health != nullptr && ToText(*health) == "failed") continue;
    for (const auto& place : PlacesOf(one)) {
      for (const auto& function :
           std::get<std::vector<std::string>>(*functions)) {
        at[place + " " + function].insert(one);
      }
    }
  }
  for (const auto& [name, unit] : at) {
    if (unit.size() > 1) units_.insert(unit);
  }
}

std::set<std::string> OnceOracle::PlacesOf(VertexId one) const {
  std::set<std::string> places;
  const auto add = [&](const std::string& kind, std::optional<VertexId> id) {
    if (id) places.insert(kind + topology_.vertex(*id).key);
  };
  add("", topology_.SwitchOf(one));
  add("", topology_.RootPortOf(one));
  add("", topology_.HostBridgeOf(one));
  add("", topology_.NumaNodeOf(one));
  add("", topology_.PackageOf(one));
  // Random machines have hubs, or else two accelerators that are linked.
  for (const std::uint32_t index : topology_.LinksOf(one)) {
    const graph::Link& link = topology_.links()[index];
    const VertexId end = link.from == one ? link.to : link.from;
    const VertexKind kind = topology_.vertex(end).kind;
    if (kind == VertexKind::kFabricHub) add("", end);
    if (kind == VertexKind::kAccelerator) {
      add("pair ", std::min(one, end));
    }
  }
  return places;
}

}  // namespace acceld::testing
