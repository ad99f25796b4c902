#include "placement/verified_once.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "placement/device_view.h"
#include "placement/doors.h"

namespace acceld::placement {
namespace {

using graph::VertexId;
using Ids = std::set<VertexId>;

class Counter {
 public:
  Counter(const graph::Topology& topology, const Occupancy& occupancy,
          const Placement& placement)
      : topology_(topology), doors_(topology) {
    for (const VertexId device : FindDevices(topology)) {
      if (!doors_.TakesAll(device)) all_.insert(OwnerOf(device));
    }
    for (const VertexId one : all_) {
      functions_[one] = FunctionsOf(one);
      const DeviceView device(topology, one);
      for (const VertexId part : device.chain()) parts_[part].insert(one);
      for (const VertexId part : device.chain()) {
        if (!PowerOf(part)) continue;
        carried_[part].insert(one);
        break;
      }
    }
    for (const VertexId one : all_) fabric_[one] = FabricOf(one);
    for (const auto& [key, use] : occupancy.devices) {
      if (use.instances + use.exclusive + use.quarantined == 0) continue;
      if (const auto device = topology.Find(key)) AddWithDoors(*device, held_);
    }
    for (const StageAssignment& one : placement.stages) {
      if (doors_.TakesAll(one.device)) {
        AddWithDoors(one.device, taken_);
      } else {
        taken_.insert(OwnerOf(one.device));
      }
    }
  }

  [[nodiscard]] PaidOnce Run() const {
    PaidOnce paid;
    std::set<Ids> units;
    for (const VertexId one : taken_) {
      // The other door of hardware is no accelerator beside it.
      if (held_.contains(one) || doors_.TakesAll(one)) continue;
      ++paid.accelerators;
      for (const std::string& function : functions_.at(one)) {
        AddUnits(one, function, units);
      }
    }
    for (const Ids& unit : units) {
      bool is_whole = unit.size() > 1;
      for (const VertexId one : unit) {
        is_whole = is_whole && !held_.contains(one);
      }
      if (is_whole) ++paid.units;
    }
    for (const auto& [part, carried] : carried_) {
      bool is_taken = false;
      bool is_held = false;
      for (const VertexId one : carried) {
        is_taken = is_taken || taken_.contains(one);
        is_held = is_held || held_.contains(one);
      }
      if (is_taken && !is_held) paid.powers.push_back(*PowerOf(part));
    }
    return paid;
  }

 private:
  [[nodiscard]] VertexId OwnerOf(VertexId device) const {
    const auto owners = topology_.RelatedFrom(device, RelationKind::kEngineOf);
    return owners.empty() ? device : owners.front();
  }

  void AddWithDoors(VertexId device, Ids& ids) const {
    ids.insert(OwnerOf(device));
    for (const VertexId other : doors_.OthersOf(device)) {
      ids.insert(OwnerOf(other));
    }
  }

  [[nodiscard]] std::set<std::string> FunctionsOf(VertexId one) const {
    std::set<std::string> functions;
    auto parts = topology_.RelatedTo(one, RelationKind::kEngineOf);
    parts.push_back(one);
    for (const VertexId part : parts) {
      const DeviceView device(topology_, part);
      const auto* offered =
          device.GetAs<std::vector<std::string>>(attr::kFunctions);
      if (offered == nullptr || device.HasFailed()) continue;
      for (const std::string& function : *offered) functions.insert(function);
    }
    return functions;
  }

  [[nodiscard]] std::optional<Microwatts> PowerOf(VertexId part) const {
    const AttributeValue* value = topology_.vertex(part).Get(attr::kPower);
    if (value == nullptr) return std::nullopt;
    const auto* power = std::get_if<Microwatts>(value);
    return power == nullptr ? std::nullopt : std::optional(*power);
  }

  // The units that `one` is in, for one function.
  void AddUnits(VertexId one, const std::string& function,
                std::set<Ids>& units) const {
    Ids offering;
    for (const auto& [other, functions] : functions_) {
      if (functions.contains(function)) offering.insert(other);
    }
    const auto add = [&](auto place) {
      const std::optional<VertexId> mine = place(one);
      Ids unit;
      for (const VertexId other : offering) {
        if (mine && place(other) == mine) unit.insert(other);
      }
      units.insert(unit);
    };
    add([this](VertexId id) { return topology_.SwitchOf(id); });
    add([this](VertexId id) { return topology_.RootPortOf(id); });
    add([this](VertexId id) { return topology_.HostBridgeOf(id); });
    add([this](VertexId id) { return topology_.NumaNodeOf(id); });
    add([this](VertexId id) { return topology_.PackageOf(id); });
    AddFabrics(one, offering, units);
  }

  // The hubs that it is on, or the one other that its links lead to.
  void AddFabrics(VertexId one, const Ids& offering,
                  std::set<Ids>& units) const {
    const Ids& mine = fabric_.at(one);
    bool has_hub = false;
    for (const VertexId end : mine) {
      if (topology_.vertex(end).kind != VertexKind::kFabricHub) continue;
      has_hub = true;
      Ids unit;
      for (const VertexId other : offering) {
        if (fabric_.at(other).contains(end)) unit.insert(other);
      }
      units.insert(unit);
    }
    if (has_hub || mine.size() != 1) return;
    const VertexId other = *mine.begin();
    if (fabric_.at(other) == Ids{one} && offering.contains(other)) {
      units.insert({one, other});
    }
  }

  // What fabric links of it lead to: hubs and other accelerators.
  [[nodiscard]] Ids FabricOf(VertexId one) const {
    Ids ends;
    const DeviceView device(topology_, one);
    for (const VertexId part : device.chain()) {
      for (const std::uint32_t index : topology_.LinksOf(part)) {
        const graph::Link& link = topology_.links()[index];
        const VertexId end = link.from == part ? link.to : link.from;
        if (topology_.vertex(end).kind == VertexKind::kFabricHub) {
          ends.insert(end);
        } else if (link.kind == LinkKind::kFabric && parts_.contains(end)) {
          ends.insert(parts_.at(end).begin(), parts_.at(end).end());
        }
      }
    }
    ends.erase(one);
    return ends;
  }

  const graph::Topology& topology_;
  const Doors doors_;
  Ids all_;
  std::map<VertexId, std::set<std::string>> functions_;  // by accelerator
  std::map<VertexId, Ids> parts_;    // accelerators, by what is part of them
  std::map<VertexId, Ids> fabric_;   // by accelerator
  std::map<VertexId, Ids> carried_;  // accelerators, by what has their power
  Ids held_;
  Ids taken_;
};

}  // namespace

PaidOnce CountPaidOnce(const graph::Topology& topology,
                       const Occupancy& occupancy, const Placement& placement) {
  return Counter(topology, occupancy, placement).Run();
}

}  // namespace acceld::placement
