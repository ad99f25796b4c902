// Sites: the places that open variables of any class can take, numbered. A
// device is one site however many classes may use it. A value; built once a
// solve, after what has one place only was put there.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/topology.h"
#include "placement/problem.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct Sites {
  std::vector<graph::VertexId> vertex;  // by site
  // By class, then value; of classes without open variables: empty.
  std::vector<std::vector<std::size_t>> site;
  std::vector<std::vector<std::size_t>> value;  // by class, then site; or kNone
  [[nodiscard]] std::size_t size() const { return vertex.size(); }
};

[[nodiscard]] Sites NumberSites(const Problem& problem, const State& state);

}  // namespace acceld::placement
