#include "graph/export/scene.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "graph/export/fold.h"

namespace acceld::graph::exports {
namespace {

Shape ShapeOf(VertexKind kind) {
  switch (kind) {
    case VertexKind::kPackage:
    case VertexKind::kNumaNode:
    case VertexKind::kHostBridge:
      return Shape::kFrame;
    case VertexKind::kRootPort:
    case VertexKind::kSwitchPort:
      return Shape::kPort;
    default:
      return Shape::kCard;
  }
}

// Where vertices stand, before folding.
class Places {
 public:
  Places(const Topology& topology, const Hanging& hanging)
      : topology_(topology), children_(topology.vertices().size()) {
    for (const Vertex& vertex : topology.vertices()) {
      parents_.push_back(hanging.ParentOf(vertex.id));
      const auto children = hanging.ChildrenOf(vertex.id);
      children_[vertex.id.value()].assign(children.begin(), children.end());
    }
    for (const VertexId id : hanging.roots()) AddRoot(id);
    for (const Vertex& vertex : topology.vertices()) {
      if (vertex.kind == VertexKind::kIommuUnit) roots_.push_back(vertex.id);
    }
  }

  [[nodiscard]] const std::vector<VertexId>& roots() const { return roots_; }
  [[nodiscard]] const std::vector<VertexId>& ChildrenOf(VertexId id) const {
    return children_[id.value()];
  }
  [[nodiscard]] bool IsBelow(VertexId id) const {
    const VertexKind kind = topology_.vertex(id).kind;
    return kind == VertexKind::kIommuUnit || kind == VertexKind::kFabricHub ||
           (kind == VertexKind::kMemoryTarget && moved_.contains(id));
  }

 private:
  void AddRoot(VertexId id) {
    const VertexKind kind = topology_.vertex(id).kind;
    std::vector<VertexId> sharers;
    if (kind == VertexKind::kMemoryTarget) {
      sharers = topology_.RelatedTo(id, RelationKind::kSharesMemory);
      moved_.insert(id);
    } else if (kind == VertexKind::kFabricHub) {
      for (const std::uint32_t link : topology_.LinksOf(id)) {
        sharers.push_back(OtherEnd(topology_.links()[link], id));
      }
    }
    const auto home = SmallestAround(sharers);
    if (!home) return roots_.push_back(id);
    children_[home->value()].push_back(id);
  }

  [[nodiscard]] std::vector<VertexId> Above(VertexId id) const {
    std::vector<VertexId> above;
    for (auto up = parents_[id.value()]; up; up = parents_[up->value()]) {
      above.push_back(*up);
    }
    return above;
  }
  // The nearest vertex above all of them, but no port: a port holds nothing.
  [[nodiscard]] std::optional<VertexId> SmallestAround(
      const std::vector<VertexId>& ids) const {
    if (ids.empty()) return std::nullopt;
    std::map<VertexId, std::size_t> counts;
    for (const VertexId id : std::set<VertexId>(ids.begin(), ids.end())) {
      for (const VertexId up : Above(id)) ++counts[up];
    }
    const std::size_t all = std::set<VertexId>(ids.begin(), ids.end()).size();
    for (const VertexId up : Above(ids.front())) {
      const bool is_port = ShapeOf(topology_.vertex(up).kind) == Shape::kPort;
      if (counts[up] == all && !is_port) return up;
    }
    return std::nullopt;
  }

  const Topology& topology_;
  std::vector<std::optional<VertexId>> parents_;
  std::vector<std::vector<VertexId>> children_;
  std::vector<VertexId> roots_;
  std::set<VertexId> moved_;
};

class Builder {
 public:
  Builder(const Topology& topology, const Places& places, const Folding& fold)
      : topology_(topology), places_(places), fold_(fold) {
    scene_.items.emplace_back().shape = Shape::kFrame;
    scene_.item_of.assign(topology.vertices().size(), kMachine);
  }

  Scene Build() {
    AddChildren(kMachine, {places_.roots()});
    return std::move(scene_);
  }

 private:
  // `lists`: the children of each member of `parent`, all alike.
  void AddChildren(ItemIndex parent,
                   const std::vector<std::vector<VertexId>>& lists) {
    const std::vector<VertexId>& first = lists.front();
    for (std::size_t start = 0; start < first.size();) {
      const std::size_t count = fold_.RunLength(first, start);
      std::vector<VertexId> members;
      for (const auto& list : lists) {
        members.insert(
            members.end(), list.begin() + static_cast<std::ptrdiff_t>(start),
            list.begin() + static_cast<std::ptrdiff_t>(start + count));
      }
      AddItem(parent, std::move(members), count);
      start += count;
    }
  }

  void AddItem(ItemIndex parent, std::vector<VertexId> members,
               std::size_t count) {
    const ItemIndex index = scene_.items.size();
    for (const VertexId id : members) scene_.item_of[id.value()] = index;
    const VertexId first = members.front();
    std::vector<std::vector<VertexId>> lists;
    lists.reserve(members.size());
    for (const VertexId id : members) lists.push_back(places_.ChildrenOf(id));
    const VertexKind kind = topology_.vertex(first).kind;
    scene_.items.push_back({.members = members,
                            .shape = ShapeOf(kind),
                            .kind = kind,
                            .wording = fold_.WordingOf(members, count),
                            .parent = parent,
                            .children = {},
                            .is_below = places_.IsBelow(first)});
    scene_.items[parent].children.push_back(index);
    AddChildren(index, lists);
  }

  const Topology& topology_;
  const Places& places_;
  const Folding& fold_;
  Scene scene_;
};

}  // namespace

ItemIndex Scene::ContainerOf(ItemIndex item) const {
  ItemIndex up = items[item].parent;
  while (items[up].shape == Shape::kPort) up = items[up].parent;
  return up;
}

ItemIndex Scene::CommonBox(ItemIndex a, ItemIndex b) const {
  std::set<ItemIndex> above{kMachine};
  for (ItemIndex up = a; up != kMachine; up = ContainerOf(up)) {
    if (items[up].shape != Shape::kPort) above.insert(up);
  }
  while (!above.contains(b)) b = ContainerOf(b);
  return b;
}

Scene BuildScene(const Topology& topology, const Hanging& hanging,
                 const std::vector<bool>& crosses,
                 const PictureOptions& options) {
  const Places places(topology, hanging);
  const Folding folding(
      topology, hanging, crosses,
      [&places](VertexId id) -> const std::vector<VertexId>& {
        return places.ChildrenOf(id);
      },
      options.fold);
  return Builder(topology, places, folding).Build();
}

}  // namespace acceld::graph::exports
