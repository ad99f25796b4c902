#include "placement/search/sites.h"

#include <map>

namespace acceld::placement {

Sites NumberSites(const Problem& problem, const State& state) {
  Sites sites;
  std::map<graph::VertexId, std::size_t> numbers;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    auto& of_class = sites.site.emplace_back();
    if (state.open(c) == 0) continue;
    for (const graph::VertexId vertex : problem.classes[c].domain) {
      const auto [entry, is_new] =
          numbers.try_emplace(vertex, sites.vertex.size());
      if (is_new) sites.vertex.push_back(vertex);
      of_class.push_back(entry->second);
    }
  }
  for (const auto& of_class : sites.site) {
    auto& values = sites.value.emplace_back(sites.size(), kNone);
    for (std::size_t value = 0; value < of_class.size(); ++value) {
      values[of_class[value]] = value;
    }
  }
  return sites;
}

}  // namespace acceld::placement
