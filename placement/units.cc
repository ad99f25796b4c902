#include "placement/units.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "placement/device_view.h"

namespace acceld::placement {
namespace {

using graph::VertexId;

using Place = std::optional<VertexId> (graph::Topology::*)(VertexId) const;

// The smaller first: a set of accelerators goes by the smallest place it has.
constexpr std::array<Place, 5> kPlaces{
    &graph::Topology::SwitchOf,     &graph::Topology::RootPortOf,
    &graph::Topology::HostBridgeOf, &graph::Topology::NumaNodeOf,
    &graph::Topology::PackageOf,
};
constexpr std::size_t kFabric = kPlaces.size();  // after them

class UnitFinder {
 public:
  UnitFinder(const graph::Topology& topology, const Accelerators& accelerators)
      : topology_(topology), all_(accelerators.All()) {}

  std::vector<Unit> Run() {
    FindFabrics();
    for (const VertexId accelerator : all_) {
      for (const std::string& function : FunctionsOf(accelerator)) {
        AddTo(accelerator, function);
      }
    }
    std::vector<Unit> units;
    std::set<std::set<VertexId>> known;
    for (const auto& [key, members] : members_) {
      if (members.size() < 2 || !known.insert(members).second) continue;
      units.push_back(
          {NameOf(std::get<1>(key)), {members.begin(), members.end()}});
    }
    return units;
  }

 private:
  [[nodiscard]] std::string NameOf(VertexId place) const {
    const graph::Vertex& vertex = topology_.vertex(place);
    const bool is_pair = owner_.contains(place);
    return is_pair ? "the fabric of " + vertex.key : vertex.key;
  }

  // Its own and those of its engines; none where it has failed.
  [[nodiscard]] std::set<std::string> FunctionsOf(VertexId accelerator) const {
    std::set<std::string> functions;
    std::vector<VertexId> devices =
        topology_.RelatedTo(accelerator, RelationKind::kEngineOf);
    devices.push_back(accelerator);
    for (const VertexId device : devices) {
      const DeviceView view(topology_, device);
      const auto* offered =
          view.GetAs<std::vector<std::string>>(attr::kFunctions);
      if (offered == nullptr || view.HasFailed()) continue;
      functions.insert(offered->begin(), offered->end());
    }
    return functions;
  }

  void AddTo(VertexId accelerator, const std::string& function) {
    for (std::size_t i = 0; i < kPlaces.size(); ++i) {
      const auto place = (topology_.*kPlaces[i])(accelerator);
      if (place) members_[{i, *place, function}].insert(accelerator);
    }
    for (const VertexId hub : hubs_[accelerator]) {
      members_[{kFabric, hub, function}].insert(accelerator);
    }
    const auto pair = FabricPair(accelerator);
    if (pair) members_[{kFabric, *pair, function}].insert(accelerator);
  }

  // What fabric links lead to: hubs, and accelerators one by one.
  void FindFabrics() {
    for (const VertexId accelerator : all_) {
      const DeviceView device(topology_, accelerator);
      for (const VertexId part : device.chain()) {
        owner_[part].push_back(accelerator);
      }
    }
    for (const graph::Link& link : topology_.links()) {
      FollowFabric(link, link.from, link.to);
      FollowFabric(link, link.to, link.from);
    }
  }

  void FollowFabric(const graph::Link& link, VertexId from, VertexId to) {
    const auto mine = owner_.find(from);
    if (mine == owner_.end()) return;
    const bool is_hub = topology_.vertex(to).kind == VertexKind::kFabricHub;
    if (!is_hub && link.kind != LinkKind::kFabric) return;
    for (const VertexId accelerator : mine->second) {
      if (is_hub) hubs_[accelerator].insert(to);
      const auto others = owner_.find(to);
      if (others == owner_.end()) continue;
      for (const VertexId other : others->second) {
        if (other != accelerator) peers_[accelerator].insert(other);
      }
    }
  }

  // The lesser of two that have fabric links to each other and nowhere else.
  [[nodiscard]] std::optional<VertexId> FabricPair(VertexId one) {
    if (!hubs_[one].empty() || peers_[one].size() != 1) return std::nullopt;
    const VertexId other = *peers_[one].begin();
    if (!hubs_[other].empty() || peers_[other].size() != 1) {
      return std::nullopt;
    }
    return std::min(one, other);
  }

  const graph::Topology& topology_;
  const std::vector<VertexId> all_;
  std::map<VertexId, std::vector<VertexId>> owner_;  // by part
  std::map<VertexId, std::set<VertexId>> hubs_;      // by accelerator
  std::map<VertexId, std::set<VertexId>> peers_;     // by accelerator
  // By size of the place, place and function.
  std::map<std::tuple<std::size_t, VertexId, std::string>, std::set<VertexId>>
      members_;
};

}  // namespace

std::vector<Unit> FindUnits(const graph::Topology& topology,
                            const Accelerators& accelerators) {
  return UnitFinder(topology, accelerators).Run();
}

std::vector<Unit> FindFreeUnits(const graph::Topology& topology,
                                const Accelerators& accelerators) {
  std::vector<Unit> units = FindUnits(topology, accelerators);
  std::erase_if(units, [&](const Unit& unit) {
    return !std::all_of(
        unit.accelerators.begin(), unit.accelerators.end(),
        [&](VertexId member) { return accelerators.IsFree(member); });
  });
  return units;
}

}  // namespace acceld::placement
