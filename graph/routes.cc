#include "graph/routes.h"

#include <algorithm>
#include <utility>

namespace acceld::graph {

Routes::Routes(std::span<const Vertex> vertices, std::span<const Link> links,
               std::span<const Relation> relations)
    : nodes_(ListRouteEdges(vertices, links, relations)),
      search_(nodes_),
      stated_(vertices.size(), relations),
      rows_(vertices.size()) {
  nodes_.edges = {};
}

Routes::~Routes() {
  for (const auto& row : rows_) delete row.load(std::memory_order_acquire);
}

const Routes::Row& Routes::GetRow(VertexId from) const {
  std::atomic<const Row*>& slot = rows_[from.value()];
  const Row* known = slot.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  std::unique_ptr<const Row> fresh = ComputeRow(from);
  if (slot.compare_exchange_strong(known, fresh.get(),
                                   std::memory_order_acq_rel)) {
    return *fresh.release();
  }
  return *known;  // another thread was faster; both rows are the same
}

std::span<const RouteCost> Routes::RowOf(VertexId from) const {
  return GetRow(from).costs;
}

std::unique_ptr<const Routes::Row> Routes::ComputeRow(VertexId from) const {
  SearchResult result = search_.From(nodes_.exit[from.value()]);
  auto row = std::make_unique<Row>();
  row->costs.reserve(nodes_.entry.size());
  for (std::uint32_t node : nodes_.entry) {
    const SearchResult::Reach& reach = result.reach[node];
    row->costs.push_back({reach.latency, reach.bandwidth});
  }
  row->costs[from.value()] = {Nanoseconds(0), kUnlimited};
  for (VertexId to : stated_.PartnersOf(from)) {
    const StatedPair& pair = *stated_.Find(from, to);
    RouteCost& cost = row->costs[to.value()];
    // Half a statement about a pair that no link joins gives no cost.
    const bool is_whole = pair.latency && pair.bandwidth;
    if (cost.latency.value() < 0 && !is_whole) continue;
    if (pair.latency) cost.latency = pair.latency->value;
    if (pair.bandwidth) cost.bandwidth = pair.bandwidth->value;
  }
  row->fastest = std::move(result.fastest);
  row->widest = std::move(result.widest);
  return row;
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
  const Row& row = GetRow(from);
  Route route;
  route.cost = row.costs[to.value()];
  if (route.cost.latency.value() < 0) return std::nullopt;
  const StatedPair* pair = stated_.Find(from, to);
  const bool has_latency = pair != nullptr && pair->latency;
  const bool has_bandwidth = pair != nullptr && pair->bandwidth;
  auto weaken = [&](Evidence evidence) {
    route.evidence = std::max(route.evidence, evidence);
  };
  route.path.push_back(to);
  Walk(row.fastest, from, to, [&](std::uint32_t a, std::uint32_t b) {
    const RouteSearch::Step step = search_.FastestStep(a, b);
    route.path.push_back(nodes_.vertex[a]);
    route.hops += step.hops;
    if (!has_latency) weaken(step.evidence);
  });
  Walk(row.widest, from, to, [&](std::uint32_t a, std::uint32_t b) {
    if (!has_bandwidth) weaken(search_.WidestStep(a, b).evidence);
  });
  // Firmware may state a pair that no link joins.
  if (route.path.back() != from) route.path.push_back(from);
  std::reverse(route.path.begin(), route.path.end());
  if (has_latency) weaken(pair->latency->from.evidence);
  if (has_bandwidth) weaken(pair->bandwidth->from.evidence);
  return route;
}

}  // namespace acceld::graph
