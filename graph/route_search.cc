#include "graph/route_search.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

namespace acceld::graph {
namespace {

// Latency and hops in one integer, latency above: among ways of equal latency
// the one over fewer links is the shorter.
using Weight = std::int64_t;
constexpr int kHopBits = 20;
constexpr Weight kHopMask = (Weight{1} << kHopBits) - 1;
constexpr Weight kNoWay = std::numeric_limits<Weight>::max();

Weight WeightOf(const RouteEdge& edge) {
  return (ClampedLatency(edge) << kHopBits) + edge.hops;
}

// Saturates below kNoWay: a very long way is still a way.
struct AddWeights {
  Weight operator()(Weight a, Weight b) const {
    Weight sum = 0;
    if (a == kNoWay || b == kNoWay) return kNoWay;
    return __builtin_add_overflow(a, b, &sum) ? kNoWay - 1 : sum;
  }
};

struct Narrower {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    return std::min(a, b);
  }
};

struct EdgeCost {
  Weight weight = 0;
  std::int64_t bandwidth = 0;
  Evidence evidence = Evidence::kMeasured;
};

using Graph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property,
                                       EdgeCost, boost::no_property,
                                       std::uint32_t, std::uint32_t>;

Graph MakeGraph(const RouteEdges& list) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends;
  std::vector<EdgeCost> costs;
  for (const RouteEdge& edge : list.edges) {
    ends.emplace_back(edge.from, edge.to);
    costs.push_back({WeightOf(edge), edge.bandwidth.value(), edge.evidence});
  }
  return Graph(boost::edges_are_sorted, ends.begin(), ends.end(), costs.begin(),
               static_cast<std::uint32_t>(list.vertex.size()));
}

template <typename T>
auto ByNode(std::vector<T>& values, const Graph& graph) {
  return boost::make_iterator_property_map(
      values.begin(), boost::get(boost::vertex_index, graph));
}

// Between two nodes there may be links of several kinds.
template <typename Better>
const EdgeCost& BestEdge(const Graph& graph, std::uint32_t a, std::uint32_t b,
                         Better better) {
  static constexpr EdgeCost kNone{};
  const EdgeCost* best = nullptr;
  for (auto [edge, end] = boost::out_edges(a, graph); edge != end; ++edge) {
    if (boost::target(*edge, graph) != b) continue;
    const EdgeCost& cost = graph[*edge];
    if (best == nullptr || better(cost, *best)) best = &cost;
  }
  return best == nullptr ? kNone : *best;
}

}  // namespace

struct RouteSearch::Network {
  Graph graph;
};

RouteSearch::RouteSearch(const RouteEdges& list)
    : network_(std::make_unique<const Network>(Network{MakeGraph(list)})) {}
RouteSearch::~RouteSearch() = default;

SearchResult RouteSearch::From(std::uint32_t source) const {
  const Graph& graph = network_->graph;
  const std::size_t count = boost::num_vertices(graph);
  SearchResult result{std::vector<RouteCost>(count),
                      std::vector<std::uint32_t>(count),
                      std::vector<std::uint32_t>(count)};
  std::vector<Weight> weights(count);
  boost::dijkstra_shortest_paths(
      graph, source,
      boost::weight_map(boost::get(&EdgeCost::weight, graph))
          .distance_map(ByNode(weights, graph))
          .predecessor_map(ByNode(result.fastest, graph))
          .distance_inf(kNoWay)
          .distance_combine(AddWeights()));
  // The widest path is the same search with "wider" for "shorter" and the
  // narrowest link so far for the sum.
  std::vector<std::int64_t> widths(count);
  boost::dijkstra_shortest_paths(
      graph, source,
      boost::weight_map(boost::get(&EdgeCost::bandwidth, graph))
          .distance_map(ByNode(widths, graph))
          .predecessor_map(ByNode(result.widest, graph))
          .distance_inf(std::int64_t{0})
          .distance_zero(kUnlimited.value())
          .distance_compare(std::greater<std::int64_t>())
          .distance_combine(Narrower()));
  for (std::size_t i = 0; i < count; ++i) {
    if (weights[i] == kNoWay) continue;
    result.reach[i] = {Nanoseconds(weights[i] >> kHopBits),
                       BytesPerSecond(widths[i])};
  }
  return result;
}

RouteSearch::Step RouteSearch::FastestStep(std::uint32_t a,
                                           std::uint32_t b) const {
  const EdgeCost& edge = BestEdge(
      network_->graph, a, b,
      [](const auto& x, const auto& y) { return x.weight < y.weight; });
  return {static_cast<int>(edge.weight & kHopMask), edge.evidence};
}

RouteSearch::Step RouteSearch::WidestStep(std::uint32_t a,
                                          std::uint32_t b) const {
  const EdgeCost& edge = BestEdge(
      network_->graph, a, b,
      [](const auto& x, const auto& y) { return x.bandwidth > y.bandwidth; });
  return {static_cast<int>(edge.weight & kHopMask), edge.evidence};
}

}  // namespace acceld::graph
