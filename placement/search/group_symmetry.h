// GroupSymmetry: whether an exchange of sites leaves what placements pay once
// as it is. Part of Symmetry. Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "placement/problem.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"

namespace acceld::placement {

class GroupSymmetry {
 public:
  // Groups that `start` has paid cost nobody anything more.
  GroupSymmetry(const Problem& problem, const State& start, const Sites& sites);

  // Whether each group of a site in `moved` becomes one of equal cost where all
  // sites go to their images, `image` by site. Requires: the image of what is
  // not in `moved` is itself, and `image` is its own inverse. Takes the places
  // looked at from `work`; false where that runs out.
  [[nodiscard]] bool Maps(const std::vector<std::size_t>& image,
                          const std::vector<std::size_t>& moved,
                          std::int64_t& work) const;

 private:
  // A class at a site.
  using Place = std::pair<std::size_t, std::size_t>;
  using Places = std::vector<Place>;  // ascending
  std::map<Places, Cost> cost_;       // of all groups with these places
  std::vector<std::vector<const Places*>> of_site_;  // groups, by site
};

}  // namespace acceld::placement
