#include "graph/routes.h"

#include <algorithm>
#include <utility>

namespace acceld::graph {

Routes::Routes(std::span<const Vertex> vertices, std::span<const Link> links,
               std::span<const Relation> relations)
    : nodes_(ListRouteEdges(vertices, links, relations)),
      stated_(vertices.size(), relations),
      ends_(nodes_.entry),
      rows_(vertices.size()),
      columns_(vertices.size()),
      trees_(vertices.size()) {
  for (std::uint32_t i = 0; i < vertices.size(); ++i) place_.push_back(i);
}

const Contraction* Routes::contraction() const {
  std::call_once(is_contracted_,
                 [this] { contraction_ = Contraction::Build(nodes_); });
  return contraction_.get();
}

const RouteSearch& Routes::search() const {
  std::call_once(has_search_, [this] {
    search_ = std::make_unique<const RouteSearch>(nodes_);
  });
  return *search_;
}

RouteCost Routes::CostBetween(VertexId from, VertexId to) const {
  const Costs& row =
      rows_.Get(from.value(), [this, from] { return ComputeRow(from); });
  const std::uint32_t place = place_[to.value()];
  if (place < row.size()) return row[place];
  return columns_.Get(to.value(),
                      [this, to] { return ComputeColumn(to); })[from.value()];
}

// What the firmware says of the pair stands above what the links add up to.
void Routes::State(VertexId from, VertexId to, RouteCost& cost) const {
  const StatedPair& pair = *stated_.Find(from, to);
  // Half a statement about a pair that no link joins gives no cost.
  const bool is_whole = pair.latency && pair.bandwidth;
  if (cost.latency.value() < 0 && !is_whole) return;
  if (pair.latency) cost.latency = pair.latency->value;
  if (pair.bandwidth) cost.bandwidth = pair.bandwidth->value;
}

std::shared_ptr<const Routes::Costs> Routes::ComputeRow(VertexId from) const {
  auto row = std::make_shared<Costs>(ends_.size());
  const std::uint32_t start = nodes_.exit[from.value()];
  if (const Contraction* contracted = contraction()) {
    contracted->Sweep(start, Contraction::Direction::kFrom, ends_, *row);
  } else {
    const SearchResult result = search().From(start);
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      (*row)[i] = result.reach[ends_[i]];
    }
  }
  (*row)[place_[from.value()]] = {Nanoseconds(0), kUnlimited};
  for (const VertexId to : stated_.PartnersOf(from)) {
    State(from, to, (*row)[place_[to.value()]]);
  }
  return row;
}

// Requires: contraction(); without it no row is taken over, and none is short.
std::shared_ptr<const Routes::Costs> Routes::ComputeColumn(VertexId to) const {
  auto column = std::make_shared<Costs>(nodes_.exit.size());
  contraction()->Sweep(nodes_.entry[to.value()], Contraction::Direction::kTo,
                       nodes_.exit, *column);
  (*column)[to.value()] = {Nanoseconds(0), kUnlimited};
  for (const VertexId from : stated_.PartnersOf(to)) {
    State(from, to, (*column)[from.value()]);
  }
  return column;
}

template <typename Visit>
void Routes::Walk(const std::vector<std::uint32_t>& before, VertexId from,
                  VertexId to, Visit visit) const {
  if (from == to) return;
  std::uint32_t node = nodes_.entry[to.value()];
  while (before[node] != node) {
    visit(before[node], node);
    node = before[node];
  }
}

std::optional<Route> Routes::RouteBetween(VertexId from, VertexId to) const {
  Route route;
  route.cost = CostBetween(from, to);
  if (route.cost.latency.value() < 0) return std::nullopt;
  const Trees& trees = trees_.Get(from.value(), [this, from] {
    SearchResult result = search().From(nodes_.exit[from.value()]);
    return std::make_shared<const Trees>(
        Trees{std::move(result.fastest), std::move(result.widest)});
  });
  const StatedPair* pair = stated_.Find(from, to);
  const bool has_latency = pair != nullptr && pair->latency;
  const bool has_bandwidth = pair != nullptr && pair->bandwidth;
  auto weaken = [&](Evidence evidence) {
    route.evidence = std::max(route.evidence, evidence);
  };
  route.path.push_back(to);
  Walk(trees.fastest, from, to, [&](std::uint32_t a, std::uint32_t b) {
    const RouteSearch::Step step = search().FastestStep(a, b);
    route.path.push_back(nodes_.vertex[a]);
    route.hops += step.hops;
    if (!has_latency) weaken(step.evidence);
  });
  Walk(trees.widest, from, to, [&](std::uint32_t a, std::uint32_t b) {
    if (!has_bandwidth) weaken(search().WidestStep(a, b).evidence);
  });
  // Firmware may state a pair that no link joins.
  if (route.path.back() != from) route.path.push_back(from);
  std::reverse(route.path.begin(), route.path.end());
  if (has_latency) weaken(pair->latency->from.evidence);
  if (has_bandwidth) weaken(pair->bandwidth->from.evidence);
  return route;
}

}  // namespace acceld::graph
