#include "graph/parents_order.h"

#include <cstddef>
#include <cstdint>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace acceld::graph {
namespace {

using Lists = std::vector<std::vector<VertexId>>;

// Lacks what hangs in or below a ring.
std::vector<VertexId> OrderWithoutRings(const Lists& parents) {
  const std::size_t count = parents.size();
  std::vector<std::size_t> waiting(count);
  Lists children(count);
  std::vector<VertexId> order;
  order.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const VertexId id(static_cast<std::uint32_t>(i));
    waiting[i] = parents[i].size();
    for (const VertexId parent : parents[i]) {
      children[parent.value()].push_back(id);
    }
    if (waiting[i] == 0) order.push_back(id);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const VertexId child : children[order[next].value()]) {
      if (--waiting[child.value()] == 0) order.push_back(child);
    }
  }
  return order;
}

// A ring lies within one strongly connected component, and what joins two
// vertices of one component lies in a ring.
void CutRings(Lists& parents) {
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(parents.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (const VertexId parent : parents[i]) {
      boost::add_edge(i, parent.value(), graph);
    }
  }
  std::vector<std::size_t> component(parents.size());
  boost::strong_components(
      graph, boost::make_iterator_property_map(
                 component.begin(), boost::get(boost::vertex_index, graph)));
  for (std::size_t i = 0; i < parents.size(); ++i) {
    std::erase_if(parents[i], [&](VertexId parent) {
      return component[parent.value()] == component[i];
    });
  }
}

}  // namespace

std::vector<VertexId> ParentsFirst(Lists& parents) {
  std::vector<VertexId> order = OrderWithoutRings(parents);
  if (order.size() < parents.size()) {
    CutRings(parents);
    order = OrderWithoutRings(parents);
  }
  return order;
}

}  // namespace acceld::graph
