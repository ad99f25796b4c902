#include "graph/contraction.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

namespace acceld::graph {
namespace {

using Cost = Contraction::Cost;
using Edge = Contraction::Edge;
using Edges = Contraction::Edges;

// Far above any sum of latencies, and two of it still fit.
constexpr std::int64_t kNoWay = std::int64_t{1} << 61;
constexpr Cost kNone{kNoWay, 0};
// Steps that Build() may take for each node and edge. A mesh of 256 packages
// takes 90, a leaf and spine fabric with 64 of each 20, a host 2.
constexpr std::uint64_t kStepsEach = 256;

bool IsWay(const Cost& cost) { return cost.latency < kNoWay; }

Cost Joined(const Cost& a, const Cost& b) {
  return {a.latency + b.latency, std::min(a.bandwidth, b.bandwidth)};
}

// The fastest and the widest way are two ways where they differ.
void Improve(Cost& cost, const Cost& other) {
  cost.latency = std::min(cost.latency, other.latency);
  cost.bandwidth = std::max(cost.bandwidth, other.bandwidth);
}

struct Neighbour {
  std::uint32_t node = 0;
  Cost out = kNone;
  Cost in = kNone;
};

// Nodes still there, with the edges among them.
class Remaining {
 public:
  explicit Remaining(const RouteEdges& list)
      : around_(list.vertex.size()),
        ways_in_(list.vertex.size()),
        ways_out_(list.vertex.size()),
        is_out_(list.vertex.size()) {
    for (const RouteEdge& edge : list.edges) {
      around_[edge.from].push_back({.node = edge.to});
      around_[edge.to].push_back({.node = edge.from});
    }
    for (auto& around : around_) {
      auto is_before = [](const Neighbour& a, const Neighbour& b) {
        return a.node < b.node;
      };
      auto is_same = [](const Neighbour& a, const Neighbour& b) {
        return a.node == b.node;
      };
      std::sort(around.begin(), around.end(), is_before);
      around.erase(std::unique(around.begin(), around.end(), is_same),
                   around.end());
    }
    for (const RouteEdge& edge : list.edges) {
      Add(edge.from, edge.to, {ClampedLatency(edge), edge.bandwidth.value()});
    }
  }

  // How many pairs of neighbours could be joined through it.
  [[nodiscard]] std::uint64_t WaysThrough(std::uint32_t node) const {
    return std::uint64_t{ways_in_[node]} * ways_out_[node];
  }
  [[nodiscard]] bool HasWayIn(std::uint32_t node) const {
    return ways_in_[node] > 0;
  }
  [[nodiscard]] bool IsOut(std::uint32_t node) const { return is_out_[node]; }

  // Joins its neighbours through it. Returns them.
  std::vector<Neighbour> TakeOut(std::uint32_t node) {
    is_out_[node] = true;
    std::vector<Neighbour> around = std::move(around_[node]);
    std::erase_if(around, [this](const Neighbour& neighbour) {
      return is_out_[neighbour.node];
    });
    for (const Neighbour& neighbour : around) {
      if (IsWay(neighbour.out)) --ways_in_[neighbour.node];
      if (IsWay(neighbour.in)) --ways_out_[neighbour.node];
    }
    for (const Neighbour& a : around) {
      if (!IsWay(a.in)) continue;
      for (const Neighbour& b : around) {
        if (a.node == b.node || !IsWay(b.out)) continue;
        Add(a.node, b.node, Joined(a.in, b.out));
      }
    }
    return around;
  }

 private:
  Neighbour& At(std::uint32_t node, std::uint32_t other) {
    std::vector<Neighbour>& around = around_[node];
    const auto at = std::lower_bound(
        around.begin(), around.end(), other,
        [](const Neighbour& a, std::uint32_t b) { return a.node < b; });
    if (at != around.end() && at->node == other) return *at;
    return *around.insert(at, {.node = other});
  }

  void Add(std::uint32_t from, std::uint32_t to, const Cost& cost) {
    Cost& out = At(from, to).out;
    if (!IsWay(out)) {
      ++ways_out_[from];
      ++ways_in_[to];
    }
    Improve(out, cost);
    Improve(At(to, from).in, cost);
  }

  // By node, by neighbour; nodes taken out are left in until they are met.
  std::vector<std::vector<Neighbour>> around_;
  std::vector<std::uint32_t> ways_in_;
  std::vector<std::uint32_t> ways_out_;
  std::vector<bool> is_out_;
};

// What leads nowhere but costs nothing to take out: exits before entries, so
// that links from device to device are walked in the climb of a row, once,
// and not in its sweep.
using Turn = std::tuple<std::uint64_t, bool, std::uint32_t>;

Turn TurnOf(const Remaining& remaining, std::uint32_t node) {
  return {remaining.WaysThrough(node), remaining.HasWayIn(node), node};
}

// Taken out one after the other, with their neighbours of then.
struct TakenOut {
  std::vector<std::uint32_t> order;
  std::vector<std::vector<Neighbour>> around;
};

std::optional<TakenOut> TakeAllOut(const RouteEdges& list) {
  Remaining remaining(list);
  const std::size_t count = list.vertex.size();
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> queue;
  for (std::uint32_t node = 0; node < count; ++node) {
    queue.push(TurnOf(remaining, node));
  }
  TakenOut result;
  std::uint64_t steps = kStepsEach * (count + list.edges.size());
  while (!queue.empty()) {
    const Turn turn = queue.top();
    queue.pop();
    const std::uint32_t node = std::get<2>(turn);
    if (remaining.IsOut(node) || turn != TurnOf(remaining, node)) continue;
    const std::uint64_t ways = remaining.WaysThrough(node);
    if (ways > steps) return std::nullopt;
    steps -= ways;
    result.order.push_back(node);
    result.around.push_back(remaining.TakeOut(node));
    for (const Neighbour& neighbour : result.around.back()) {
      queue.push(TurnOf(remaining, neighbour.node));
    }
  }
  return result;
}

Edges EdgesOf(const TakenOut& taken, const std::vector<std::uint32_t>& rank,
              Cost Neighbour::*side) {
  Edges result{{0}, {}};
  for (const std::vector<Neighbour>& around : taken.around) {
    for (const Neighbour& neighbour : around) {
      const Cost& cost = neighbour.*side;
      if (IsWay(cost)) result.edges.push_back({rank[neighbour.node], cost});
    }
    result.begins.push_back(static_cast<std::uint32_t>(result.edges.size()));
  }
  return result;
}

// From `start` to all that it reaches by edges to later nodes alone.
void Climb(std::uint32_t start, const Edges& edges, std::vector<Cost>& best) {
  best[start] = {0, kUnlimited.value()};
  // Least first: nobody improves a node that comes before its own.
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>>
      queue;
  queue.push(start);
  while (!queue.empty()) {
    const std::uint32_t node = queue.top();
    queue.pop();
    for (const Edge& edge : edges.Of(node)) {
      if (!IsWay(best[edge.later])) queue.push(edge.later);
      Improve(best[edge.later], Joined(best[node], edge.cost));
    }
  }
}

}  // namespace

Contraction::Contraction(std::vector<std::uint32_t> ranks, Edges up, Edges down)
    : rank_(std::move(ranks)), up_(std::move(up)), down_(std::move(down)) {}

std::unique_ptr<const Contraction> Contraction::Build(const RouteEdges& list) {
  const std::optional<TakenOut> taken = TakeAllOut(list);
  if (!taken) return nullptr;
  std::vector<std::uint32_t> rank(list.vertex.size());
  for (std::size_t i = 0; i < taken->order.size(); ++i) {
    rank[taken->order[i]] = static_cast<std::uint32_t>(i);
  }
  Edges up = EdgesOf(*taken, rank, &Neighbour::out);
  Edges down = EdgesOf(*taken, rank, &Neighbour::in);
  return std::unique_ptr<const Contraction>(
      new Contraction(std::move(rank), std::move(up), std::move(down)));
}

void Contraction::Sweep(std::uint32_t node, Direction direction,
                        std::span<const std::uint32_t> ends,
                        std::span<RouteCost> costs) const {
  const bool is_from = direction == Direction::kFrom;
  const Edges& climb = is_from ? up_ : down_;
  const Edges& descent = is_from ? down_ : up_;
  std::vector<Cost> best(rank_.size(), kNone);
  Climb(rank_[node], climb, best);
  for (std::size_t i = best.size(); i-- > 0;) {
    Cost cost = best[i];
    for (const Edge& edge : descent.Of(static_cast<std::uint32_t>(i))) {
      Improve(cost, Joined(best[edge.later], edge.cost));
    }
    best[i] = cost;
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Cost& cost = best[rank_[ends[i]]];
    costs[i] =
        IsWay(cost)
            ? RouteCost{std::min(Nanoseconds(cost.latency), kSlowestRoute),
                        BytesPerSecond(cost.bandwidth)}
            : RouteCost{};
  }
}

}  // namespace acceld::graph
