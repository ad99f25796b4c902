#include "placement/tight_links.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "placement/lanes.h"

namespace acceld::placement {
namespace {

struct TightLink {
  graph::VertexId a;
  graph::VertexId b;
  std::int64_t bandwidth = 0;  // of its narrower direction
  bool is_stated_pair = false;
};

std::optional<std::int64_t> NarrowestOf(const graph::Link& link) {
  const auto forward = KnownBandwidth(link.forward);
  const auto backward = KnownBandwidth(link.backward);
  if (!forward || !backward) {
    return forward    ? std::optional(forward->value())
           : backward ? std::optional(backward->value())
                      : std::nullopt;
  }
  return std::min(forward->value(), backward->value());
}

// The parts of the machine that are left when its tight links are cut.
class Parts {
 public:
  explicit Parts(std::size_t vertices) : parent_(vertices) {
    std::iota(parent_.begin(), parent_.end(), std::uint32_t{0});
  }
  void Join(graph::VertexId a, graph::VertexId b) { parent_[Of(a)] = Of(b); }
  std::uint32_t Of(graph::VertexId id) {
    std::uint32_t part = id.value();
    while (parent_[part] != part) {
      parent_[part] = parent_[parent_[part]];  // halves the way for the next
      part = parent_[part];
    }
    return part;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

// Leaves out, one after the other, the links by which alone a part without a
// place hangs.
void DropDeadEnds(const std::vector<bool>& has_place, Parts& parts,
                  std::vector<TightLink>& links) {
  std::vector<std::uint32_t> degree(has_place.size());
  for (const TightLink& link : links) {
    ++degree[parts.Of(link.a)];
    ++degree[parts.Of(link.b)];
  }
  const auto is_dead = [&](graph::VertexId end) {
    const std::uint32_t part = parts.Of(end);
    return degree[part] == 1 && !has_place[part];
  };
  for (bool found = true; found;) {
    const std::size_t before = links.size();
    std::erase_if(links, [&](const TightLink& link) {
      const bool within = parts.Of(link.a) == parts.Of(link.b);
      if (within || (!is_dead(link.a) && !is_dead(link.b))) return false;
      --degree[parts.Of(link.a)];
      --degree[parts.Of(link.b)];
      return true;
    });
    found = links.size() < before;
  }
}

// Pairs that firmware states and no link joins are lanes of their own.
void AddStatedPairs(const graph::Topology& topology, std::int64_t traffic,
                    std::vector<TightLink>& tight) {
  for (const graph::Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kAccess) continue;
    for (const Attribute& attribute : relation.attributes) {
      if (attribute.name != "read_bandwidth") continue;
      const auto* rate = std::get_if<BytesPerSecond>(&attribute.value);
      if (rate != nullptr && rate->value() > 0 && rate->value() < traffic) {
        tight.push_back({relation.from, relation.to, rate->value(), true});
      }
    }
  }
}

}  // namespace

std::optional<std::int64_t> LeastTightBandwidth(
    const graph::Topology& topology, const std::vector<graph::VertexId>& places,
    std::int64_t traffic) {
  std::vector<TightLink> tight;
  for (const graph::Link& link : topology.links()) {
    const auto narrowest = NarrowestOf(link);
    if (narrowest && *narrowest < traffic) {
      tight.push_back({link.from, link.to, *narrowest});
    }
  }
  AddStatedPairs(topology, traffic, tight);
  if (tight.empty()) return std::nullopt;
  Parts parts(topology.vertices().size());
  for (const graph::Link& link : topology.links()) {
    const auto narrowest = NarrowestOf(link);
    if (!narrowest || *narrowest >= traffic) parts.Join(link.from, link.to);
  }
  for (const graph::Relation& relation : topology.relations()) {
    if (relation.kind == RelationKind::kEngineOf ||
        relation.kind == RelationKind::kAcceleratorOf ||
        relation.kind == RelationKind::kSharesMemory) {
      parts.Join(relation.from, relation.to);
    }
  }
  // A pair that is joined without them is no lane of its own.
  std::erase_if(tight, [&](const TightLink& link) {
    return link.is_stated_pair && parts.Of(link.a) == parts.Of(link.b);
  });
  std::vector<bool> has_place(topology.vertices().size());
  for (const graph::VertexId place : places) has_place[parts.Of(place)] = true;
  DropDeadEnds(has_place, parts, tight);
  std::optional<std::int64_t> least;
  for (const TightLink& link : tight) {
    least = std::min(least.value_or(link.bandwidth), link.bandwidth);
  }
  return least;
}

}  // namespace acceld::placement
