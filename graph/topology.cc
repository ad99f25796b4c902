#include "graph/topology.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "graph/attachments.h"
#include "graph/builder.h"
#include "graph/fabric_fold.h"
#include "graph/routes.h"

namespace acceld::graph {
namespace {

// Lists of 32-bit numbers, one list a vertex, in one allocation.
class Lists {
 public:
  // `pairs`: (vertex, element). Elements keep the order of the pairs.
  Lists(std::size_t count,
        const std::vector<std::pair<VertexId, std::uint32_t>>& pairs)
      : begins_(count + 1), elements_(pairs.size()) {
    for (const auto& [id, element] : pairs) ++begins_[id.value() + 1];
    for (std::size_t i = 1; i <= count; ++i) begins_[i] += begins_[i - 1];
    std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (const auto& [id, element] : pairs) {
      elements_[next[id.value()]++] = element;
    }
  }
  [[nodiscard]] std::span<const std::uint32_t> of(VertexId id) const {
    const std::uint32_t begin = begins_[id.value()];
    return std::span(elements_).subspan(begin, begins_[id.value() + 1] - begin);
  }

 private:
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> elements_;
};

// Indices of links or relations, by both of their ends.
template <typename Edge>
Lists ByEnd(std::size_t count, const std::vector<Edge>& edges) {
  std::vector<std::pair<VertexId, std::uint32_t>> pairs;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    pairs.emplace_back(edges[i].from, static_cast<std::uint32_t>(i));
    pairs.emplace_back(edges[i].to, static_cast<std::uint32_t>(i));
  }
  return Lists(count, pairs);
}

}  // namespace

struct Topology::State {
  State(Parts resolved, std::uint64_t count)
      : parts(std::move(resolved)),
        generation(count),
        links_of(ByEnd(parts.vertices.size(), parts.links)),
        relations_of(ByEnd(parts.vertices.size(), parts.relations)),
        attachments(
            Attachments::Compute(parts.vertices, parts.links, parts.relations)),
        routes(parts.vertices, parts.links, parts.relations) {
    for (const Vertex& vertex : parts.vertices) {
      by_key.emplace(vertex.key, vertex.id);
    }
  }

  [[nodiscard]] std::vector<VertexId> Related(VertexId id, RelationKind kind,
                                              VertexId Relation::*here,
                                              VertexId Relation::*there) const {
    std::vector<VertexId> related;
    for (std::uint32_t index : relations_of.of(id)) {
      const Relation& relation = parts.relations[index];
      if (relation.kind == kind && relation.*here == id) {
        related.push_back(relation.*there);
      }
    }
    std::sort(related.begin(), related.end());
    return related;
  }

  // By vertex of here: the same thing in `before`.
  [[nodiscard]] std::vector<std::optional<VertexId>> SameIn(
      const State& before) const {
    std::vector<std::optional<VertexId>> same(parts.vertices.size());
    for (const Vertex& vertex : parts.vertices) {
      const auto at = before.by_key.find(vertex.key);
      if (at == before.by_key.end()) continue;
      const VertexKind kind = before.parts.vertices[at->second.value()].kind;
      if (kind == vertex.kind) same[vertex.id.value()] = at->second;
    }
    return same;
  }

  const Parts parts;
  const std::uint64_t generation;
  const Lists links_of;
  const Lists relations_of;
  const Attachments attachments;
  Routes routes;
  std::unordered_map<std::string_view, VertexId> by_key;
};

Topology::Topology(std::unique_ptr<State> state) : state_(std::move(state)) {}
Topology::~Topology() = default;

std::shared_ptr<const Topology> Topology::Build(probes::FactSet facts,
                                                std::uint64_t generation,
                                                const Topology* before) {
  Parts parts = ResolveFacts(std::move(facts));
  FoldFabrics(parts);
  auto state = std::make_unique<State>(std::move(parts), generation);
  if (before != nullptr) {
    state->routes.TakeOver(before->state_->routes,
                           state->SameIn(*before->state_));
  }
  return std::shared_ptr<const Topology>(new Topology(std::move(state)));
}

std::uint64_t Topology::generation() const { return state_->generation; }

std::span<const Vertex> Topology::vertices() const {
  return state_->parts.vertices;
}

std::span<const Link> Topology::links() const { return state_->parts.links; }

std::span<const Relation> Topology::relations() const {
  return state_->parts.relations;
}

std::span<const probes::Fault> Topology::faults() const {
  return state_->parts.faults;
}

const Vertex& Topology::vertex(VertexId id) const {
  ACCELD_CHECK(id.value() < state_->parts.vertices.size());
  return state_->parts.vertices[id.value()];
}

std::optional<VertexId> Topology::Find(std::string_view key) const {
  const auto at = state_->by_key.find(key);
  if (at == state_->by_key.end()) return std::nullopt;
  return at->second;
}

std::span<const std::uint32_t> Topology::LinksOf(VertexId id) const {
  return state_->links_of.of(id);
}

std::vector<VertexId> Topology::RelatedFrom(VertexId id,
                                            RelationKind kind) const {
  return state_->Related(id, kind, &Relation::from, &Relation::to);
}

std::vector<VertexId> Topology::RelatedTo(VertexId id,
                                          RelationKind kind) const {
  return state_->Related(id, kind, &Relation::to, &Relation::from);
}

std::optional<Distance> Topology::DistanceBetween(VertexId from,
                                                  VertexId to) const {
  auto route = state_->routes.RouteBetween(from, to);
  if (!route) return std::nullopt;
  return Distance{route->cost.latency, route->cost.bandwidth,
                  route->hops,         LocalityOf(from, to),
                  route->evidence,     std::move(route->path)};
}

Topology::Cost Topology::CostBetween(VertexId from, VertexId to) const {
  const RouteCost cost = state_->routes.CostBetween(from, to);
  if (cost.latency.value() < 0) return {};
  return {true, cost.latency, cost.bandwidth};
}

Locality Topology::LocalityOf(VertexId a, VertexId b) const {
  return state_->attachments.LocalityOf(a, b);
}

std::optional<VertexId> Topology::NumaNodeOf(VertexId id) const {
  return state_->attachments.of(id).numa_node;
}

std::optional<VertexId> Topology::PackageOf(VertexId id) const {
  return state_->attachments.of(id).package;
}

std::optional<VertexId> Topology::FunctionOf(VertexId id) const {
  return state_->attachments.of(id).function;
}

std::optional<VertexId> Topology::SwitchOf(VertexId id) const {
  return state_->attachments.of(id).switch_port;
}

std::optional<VertexId> Topology::RootPortOf(VertexId id) const {
  return state_->attachments.of(id).root_port;
}

std::optional<VertexId> Topology::HostBridgeOf(VertexId id) const {
  return state_->attachments.of(id).host_bridge;
}

}  // namespace acceld::graph
