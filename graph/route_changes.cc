#include "graph/route_changes.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace acceld::graph {
namespace {

// More edges than a few that differ are a change of the whole machine.
constexpr std::size_t kMaxChanges = 64;
// A set is small up to one in sixteen of the nodes and 64 in all: beyond that
// asking for the listed distances one by one costs what it saves.
constexpr std::size_t kMaxSmall = 64;
constexpr std::size_t kSmallShare = 16;

// Nodes of both snapshots under one numbering: those of the new one as they
// are, then those of the old one that are gone.
struct UnitedEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  RouteCost cost;
};

bool IsBefore(const UnitedEdge& a, const UnitedEdge& b) {
  return std::tie(a.from, a.to) < std::tie(b.from, b.to);
}

// One edge a pair of nodes: the fastest and the widest of them.
std::vector<UnitedEdge> Merge(std::vector<UnitedEdge> edges) {
  // They mostly are: lists of edges come sorted.
  if (!std::is_sorted(edges.begin(), edges.end(), IsBefore)) {
    std::sort(edges.begin(), edges.end(), IsBefore);
  }
  std::vector<UnitedEdge> merged;
  merged.reserve(edges.size());
  for (const UnitedEdge& edge : edges) {
    if (merged.empty() || IsBefore(merged.back(), edge)) {
      merged.push_back(edge);
      continue;
    }
    RouteCost& cost = merged.back().cost;
    cost.latency = std::min(cost.latency, edge.cost.latency);
    cost.bandwidth = std::max(cost.bandwidth, edge.cost.bandwidth);
  }
  return merged;
}

template <typename Unite>
std::vector<UnitedEdge> United(const RouteEdges& list, Unite unite) {
  std::vector<UnitedEdge> edges;
  edges.reserve(list.edges.size());
  for (const RouteEdge& edge : list.edges) {
    edges.push_back({unite(edge.from),
                     unite(edge.to),
                     {Nanoseconds(ClampedLatency(edge)), edge.bandwidth}});
  }
  return Merge(std::move(edges));
}

// By node of the old snapshot: its united number.
std::vector<std::uint32_t> UnitedNodes(const RouteEdges& before,
                                       const RouteEdges& after,
                                       SameVertices same) {
  constexpr std::uint32_t kGone = 0xffffffff;
  std::vector<std::uint32_t> united(before.vertex.size(), kGone);
  for (std::size_t i = 0; i < same.size(); ++i) {
    if (!same[i]) continue;
    united[before.exit[same[i]->value()]] = after.exit[i];
    united[before.entry[same[i]->value()]] = after.entry[i];
  }
  auto next = static_cast<std::uint32_t>(after.vertex.size());
  for (std::uint32_t& node : united) {
    if (node == kGone) node = next++;
  }
  return united;
}

struct Change {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  RouteCost before;
  RouteCost after;
};

std::vector<Change> Differences(const std::vector<UnitedEdge>& before,
                                const std::vector<UnitedEdge>& after) {
  std::vector<Change> changes;
  auto b = before.begin();
  auto a = after.begin();
  while (b != before.end() || a != after.end()) {
    if (a == after.end() || (b != before.end() && IsBefore(*b, *a))) {
      changes.push_back({b->from, b->to, b->cost, {}});
      ++b;
    } else if (b == before.end() || IsBefore(*a, *b)) {
      changes.push_back({a->from, a->to, {}, a->cost});
      ++a;
    } else {
      if (!(a->cost == b->cost)) {
        changes.push_back({a->from, a->to, b->cost, a->cost});
      }
      ++a;
      ++b;
    }
  }
  return changes;
}

// Edges of both snapshots in one direction, for walking.
class Web {
 public:
  // `from`, `to`: which end of an edge to walk from, and to.
  Web(std::size_t nodes, const std::vector<UnitedEdge>& edges,
      std::uint32_t UnitedEdge::*from, std::uint32_t UnitedEdge::*to)
      : begins_(nodes + 1), ends_(edges.size()) {
    for (const UnitedEdge& edge : edges) ++begins_[edge.*from + 1];
    for (std::size_t i = 1; i <= nodes; ++i) begins_[i] += begins_[i - 1];
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    for (const UnitedEdge& edge : edges) {
      ends_[next[edge.*from]++] = edge.*to;
    }
  }

  // Each as often as there are edges.
  [[nodiscard]] std::span<const std::uint32_t> From(std::uint32_t node) const {
    return std::span(ends_).subspan(begins_[node],
                                    begins_[node + 1] - begins_[node]);
  }
  // What `start` leads to without passing `barred`, itself included. Nothing
  // where that is more than `limit` nodes.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> Reach(
      std::uint32_t start, std::uint32_t barred, std::size_t limit) const {
    std::vector<std::uint32_t> reached{start};
    for (std::size_t next = 0; next < reached.size(); ++next) {
      const std::uint32_t node = reached[next];
      for (std::size_t i = begins_[node]; i < begins_[node + 1]; ++i) {
        const std::uint32_t to = ends_[i];
        const bool is_known =
            to == barred ||
            std::find(reached.begin(), reached.end(), to) != reached.end();
        if (is_known) continue;
        if (reached.size() == limit) return std::nullopt;
        reached.push_back(to);
      }
    }
    return reached;
  }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> ends_;
};

void Mark(const std::vector<std::uint32_t>& nodes, const RouteEdges& after,
          const std::vector<std::uint32_t>& node_of, std::vector<bool>& marks) {
  for (const std::uint32_t node : nodes) {
    if (node >= after.vertex.size()) continue;  // gone
    const std::uint32_t vertex = after.vertex[node].value();
    if (node_of[vertex] == node) marks[vertex] = true;
  }
}

// The vertex of the old snapshot that a united node is; nothing where it is
// new, or one of the two nodes of a vertex that traffic does not pass.
class OldVertices {
 public:
  OldVertices(const RouteEdges& before, const RouteEdges& after,
              const std::vector<std::uint32_t>& united)
      : vertex_(after.vertex.size() + before.vertex.size()) {
    for (std::size_t i = 0; i < united.size(); ++i) {
      const VertexId id = before.vertex[i];
      if (before.exit[id.value()] != before.entry[id.value()]) continue;
      vertex_[united[i]] = id;
    }
  }
  [[nodiscard]] std::optional<VertexId> Of(std::uint32_t node) const {
    return vertex_[node];
  }

 private:
  std::vector<std::optional<VertexId>> vertex_;
};

// More ways out of a node than these, and asking for each costs more than the
// rows that it saves.
constexpr std::size_t kMaxWaysOn = 4;

RouteCost CostOf(const std::vector<UnitedEdge>& edges, std::uint32_t from,
                 std::uint32_t to) {
  const UnitedEdge wanted{from, to, {}};
  const auto at =
      std::lower_bound(edges.begin(), edges.end(), wanted, IsBefore);
  const bool is_there = at != edges.end() && !IsBefore(wanted, *at);
  return is_there ? at->cost : RouteCost{};
}

RouteCost Joined(const RouteCost& a, const RouteCost& b) {
  if (a.latency.value() < 0 || b.latency.value() < 0) return {};
  return {a.latency + b.latency, std::min(a.bandwidth, b.bandwidth)};
}

// Whether nothing else changed at the two ends than the edge, one way and back.
bool IsAlone(const Change& change, const std::vector<Change>& changes) {
  auto is_end = [&](std::uint32_t node) {
    return node == change.from || node == change.to;
  };
  return std::all_of(changes.begin(), changes.end(), [&](const Change& other) {
    return is_end(other.from) == is_end(other.to);
  });
}

// A change that moves the end of its edge, as a cable does to the port that it
// leads to, is looked at one step further: what counts is u -> v -> z for each
// z behind v. Distances to v itself are asked anew, and so are those to the few
// that are only behind it.
struct Passage {
  std::vector<std::uint32_t> ends;
  std::vector<Change> ways;  // u -> z
};

std::optional<Passage> PassageOf(const Change& change, const Web& forward,
                                 const std::vector<UnitedEdge>& before,
                                 const std::vector<UnitedEdge>& now,
                                 std::size_t limit) {
  Passage passage{{change.to}, {}};
  for (const std::uint32_t next : forward.From(change.to)) {
    if (next == change.from) continue;
    if (const auto ends = forward.Reach(next, change.to, limit)) {
      passage.ends.insert(passage.ends.end(), ends->begin(), ends->end());
      continue;
    }
    const bool is_known =
        std::any_of(passage.ways.begin(), passage.ways.end(),
                    [&](const Change& way) { return way.to == next; });
    if (is_known) continue;
    if (passage.ways.size() == kMaxWaysOn) return std::nullopt;
    passage.ways.push_back(
        {change.from, next,
         Joined(change.before, CostOf(before, change.to, next)),
         Joined(change.after, CostOf(now, change.to, next))});
  }
  if (passage.ends.size() > limit) return std::nullopt;
  return passage;
}

// What is asked row by row: edges between two parts that are both large.
class WideChanges {
 public:
  WideChanges(const RouteEdges& before, const RouteEdges& after,
              const std::vector<std::uint32_t>& united,
              const std::vector<UnitedEdge>& now)
      : old_(before, after, united),
        count_(static_cast<std::uint32_t>(after.vertex.size())),
        now_(now) {}

  // `passed`: nodes whose distances are asked anew; no way is told by them.
  // Nothing where an end is new or traffic does not pass it.
  [[nodiscard]] std::optional<WideChange> Of(
      const Change& change, const std::vector<std::uint32_t>& passed) const {
    const auto from = old_.Of(change.from);
    const auto to = old_.Of(change.to);
    if (!from || !to) return std::nullopt;
    return WideChange{*from,
                      *to,
                      change.before,
                      change.after,
                      Node(change.from),
                      Node(change.to),
                      OthersInto(change, passed)};
  }

 private:
  [[nodiscard]] std::optional<std::uint32_t> Node(std::uint32_t united) const {
    if (united >= count_) return std::nullopt;
    return united;
  }
  [[nodiscard]] std::vector<WideChange::Other> OthersInto(
      const Change& change, const std::vector<std::uint32_t>& passed) const {
    std::vector<WideChange::Other> others;
    for (const UnitedEdge& edge : now_) {
      if (edge.to != change.to || edge.from == change.from ||
          std::find(passed.begin(), passed.end(), edge.from) != passed.end()) {
        continue;
      }
      const auto from = old_.Of(edge.from);
      if (from) others.push_back({*from, edge.cost.latency});
    }
    return others;
  }

  OldVertices old_;
  std::uint32_t count_;
  const std::vector<UnitedEdge>& now_;
};

}  // namespace

std::optional<RouteChanges> CompareRoutes(const RouteEdges& before,
                                          const RouteEdges& after,
                                          SameVertices same) {
  const std::vector<std::uint32_t> united = UnitedNodes(before, after, same);
  std::vector<UnitedEdge> edges =
      United(before, [&](std::uint32_t node) { return united[node]; });
  const std::vector<UnitedEdge> now =
      United(after, [](std::uint32_t node) { return node; });
  const std::vector<Change> changes = Differences(edges, now);
  RouteChanges result{
      std::vector<bool>(same.size()), std::vector<bool>(same.size()), {}};
  for (std::size_t i = 0; i < same.size(); ++i) {
    if (!same[i]) result.from[i] = result.to[i] = true;
  }
  if (changes.empty()) return result;
  if (changes.size() > kMaxChanges) return std::nullopt;
  const std::vector<UnitedEdge> was = edges;
  edges.insert(edges.end(), now.begin(), now.end());
  const std::size_t nodes = after.vertex.size() + before.vertex.size();
  const Web forward(nodes, edges, &UnitedEdge::from, &UnitedEdge::to);
  const Web backward(nodes, edges, &UnitedEdge::to, &UnitedEdge::from);
  const std::size_t limit =
      std::min(kMaxSmall, after.vertex.size() / kSmallShare + 1);
  std::vector<Change> wide;
  std::vector<std::uint32_t> passed;  // at most one passage's
  for (const Change& change : changes) {
    const auto ends = forward.Reach(change.to, change.from, limit);
    const auto starts = backward.Reach(change.from, change.to, limit);
    if (starts && (!ends || starts->size() < ends->size())) {
      Mark(*starts, after, after.exit, result.from);
    } else if (ends) {
      Mark(*ends, after, after.entry, result.to);
    } else {
      std::optional<Passage> passage;
      if (passed.empty() && changes.size() <= 2 && IsAlone(change, changes)) {
        passage = PassageOf(change, forward, was, now, limit);
      }
      if (!passage) {
        wide.push_back(change);
        continue;
      }
      passed = passage->ends;
      Mark(passed, after, after.entry, result.to);
      wide.insert(wide.end(), passage->ways.begin(), passage->ways.end());
    }
  }
  const WideChanges told(before, after, united, now);
  for (const Change& change : wide) {
    auto one = told.Of(change, passed);
    if (!one) return std::nullopt;
    result.wide.push_back(*std::move(one));
  }
  return result;
}

}  // namespace acceld::graph
