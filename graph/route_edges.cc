#include "graph/route_edges.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "graph/link_defaults.h"

namespace acceld::graph {
namespace {

bool IsEnd(VertexKind kind) {
  switch (kind) {
    case VertexKind::kAccelerator:
    case VertexKind::kEngine:
    case VertexKind::kMemoryTarget:
    case VertexKind::kNic:
    case VertexKind::kStorage:
      return true;
    default:
      return false;
  }
}

// Which vertices are parts of which ends.
class Ownership {
 public:
  Ownership(std::span<const Vertex> vertices,
            std::span<const Relation> relations)
      : vertices_(vertices),
        is_shared_(vertices.size()),
        has_node_(vertices.size()) {
    for (const Relation& relation : relations) {
      if (relation.kind == RelationKind::kSharesMemory) {
        shared_.insert({relation.from, relation.to});
        is_shared_[relation.to.value()] = true;
      } else if (relation.kind == RelationKind::kMemoryOf) {
        has_node_[relation.from.value()] = true;
      }
    }
  }

  // Whether `part` is reached through `whole`. A memory belongs to the devices
  // that share it; where no relation says whose it is, to any device that it
  // is linked to. Memory of a NUMA node is system memory: the CPUs have their
  // own way to it, and nobody goes through a device that has one too.
  [[nodiscard]] bool IsPart(VertexId part, VertexId whole) const {
    const VertexKind part_kind = vertices_[part.value()].kind;
    const VertexKind whole_kind = vertices_[whole.value()].kind;
    if (part_kind == VertexKind::kEngine) {
      return whole_kind == VertexKind::kAccelerator;
    }
    if (part_kind != VertexKind::kMemoryTarget || part_kind == whole_kind ||
        !IsEnd(whole_kind) || has_node_[part.value()]) {
      return false;
    }
    return !is_shared_[part.value()] || shared_.contains({whole, part});
  }

 private:
  std::span<const Vertex> vertices_;
  std::set<std::pair<VertexId, VertexId>> shared_;  // device, memory
  std::vector<bool> is_shared_;                     // by memory
  std::vector<bool> has_node_;                      // by memory
};

// What it costs to go one way.
struct Way {
  Nanoseconds latency;
  BytesPerSecond bandwidth;
  Evidence evidence = Evidence::kMeasured;
  int hops = 1;
};

Way WayOf(const Rate& rate) {
  return {rate.latency.value, rate.bandwidth.value,
          std::max(rate.latency.from.evidence, rate.bandwidth.from.evidence)};
}

class Lister {
 public:
  Lister(std::span<const Vertex> vertices, std::span<const Relation> relations)
      : vertices_(vertices), ownership_(vertices, relations) {
    for (const Vertex& vertex : vertices) {
      result_.exit.push_back(NewNode(vertex.id));
      result_.entry.push_back(IsEnd(vertex.kind) ? NewNode(vertex.id)
                                                 : result_.exit.back());
    }
  }

  void Take(const Link& link) {
    joined_.insert(std::minmax(link.from, link.to));
    linked_.insert(link.from);
    linked_.insert(link.to);
    Join(link.from, link.to, WayOf(link.forward), WayOf(link.backward),
         ownership_.IsPart(link.from, link.to),
         ownership_.IsPart(link.to, link.from));
  }

  // Requires: all links were taken.
  void Take(const Relation& relation) {
    if (joined_.contains(std::minmax(relation.from, relation.to))) return;
    if (relation.kind == RelationKind::kEngineOf ||
        relation.kind == RelationKind::kAcceleratorOf) {
      const Way free{Nanoseconds(0), kUnlimited, relation.provenance.evidence,
                     0};
      Join(relation.from, relation.to, free, free,
           relation.kind == RelationKind::kEngineOf, false);
    }
    if (relation.kind == RelationKind::kSharesMemory &&
        (!linked_.contains(relation.to) || IsDeviceMemory(relation.to))) {
      const Way on_die = WayOf(DefaultRate(LinkKind::kOnDie));
      Join(relation.from, relation.to, on_die, on_die, false,
           ownership_.IsPart(relation.to, relation.from));
    }
  }

  // Memory on the device itself, though the CPUs may have a link to it too.
  [[nodiscard]] bool IsDeviceMemory(VertexId id) const {
    const AttributeValue* kind = vertices_[id.value()].Get(attr::kMemoryKind);
    const auto* name =
        kind == nullptr ? nullptr : std::get_if<std::string>(kind);
    return name != nullptr && *name == Name(MemoryKind::kDevice);
  }

  RouteEdges Finish() {
    std::sort(result_.edges.begin(), result_.edges.end(),
              [](const RouteEdge& a, const RouteEdge& b) {
                return std::tie(a.from, a.to, a.latency, a.bandwidth) <
                       std::tie(b.from, b.to, b.latency, b.bandwidth);
              });
    return std::move(result_);
  }

 private:
  std::uint32_t NewNode(VertexId id) {
    result_.vertex.push_back(id);
    return static_cast<std::uint32_t>(result_.vertex.size() - 1);
  }
  void AddEdge(std::uint32_t from, std::uint32_t to, const Way& way) {
    result_.edges.push_back(
        {from, to, way.latency, way.bandwidth, way.evidence, way.hops});
  }

  void Join(VertexId a, VertexId b, const Way& forward, const Way& backward,
            bool a_is_part, bool b_is_part) {
    AddEdge(Exit(a), Entry(b), forward);
    AddEdge(Exit(b), Entry(a), backward);
    if (a_is_part) Enclose(a, b, forward, backward);
    if (b_is_part) Enclose(b, a, backward, forward);
  }
  // The part's traffic passes through its whole.
  void Enclose(VertexId part, VertexId whole, const Way& out, const Way& in) {
    AddEdge(Exit(part), Exit(whole), out);
    if (Entry(whole) != Exit(whole)) AddEdge(Entry(whole), Entry(part), in);
  }
  [[nodiscard]] std::uint32_t Exit(VertexId id) const {
    return result_.exit[id.value()];
  }
  [[nodiscard]] std::uint32_t Entry(VertexId id) const {
    return result_.entry[id.value()];
  }

  std::span<const Vertex> vertices_;
  Ownership ownership_;
  RouteEdges result_;
  std::set<std::pair<VertexId, VertexId>> joined_;  // pairs with a link
  std::set<VertexId> linked_;                       // vertices with a link
};

}  // namespace

RouteEdges ListRouteEdges(std::span<const Vertex> vertices,
                          std::span<const Link> links,
                          std::span<const Relation> relations) {
  Lister lister(vertices, relations);
  for (const Link& link : links) lister.Take(link);
  for (const Relation& relation : relations) lister.Take(relation);
  return lister.Finish();
}

}  // namespace acceld::graph
