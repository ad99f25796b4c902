// LaneSymmetry: whether an exchange of sites is one of the links as well: each
// path's links become those of the path between the images, one by one, with
// the same capacity. Only then does what fits before an exchange fit after it.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "placement/problem.h"
#include "placement/search/sites.h"

namespace acceld::placement {

class LaneSymmetry {
 public:
  // `fixed`: places taken from the start, which no exchange moves. All must
  // outlive it. Requires: problem.loads.
  LaneSymmetry(const Problem& problem, const Sites& sites,
               const std::vector<graph::VertexId>& fixed);

  // `image`: of every site, its own inverse. `moved`: the sites that are not
  // their own image. Checked exactly; takes what it looks at, in lookups of a
  // path, off `work_left`, and says no where that does not suffice.
  [[nodiscard]] bool Maps(const std::vector<std::size_t>& image,
                          const std::vector<std::size_t>& moved,
                          std::int64_t& work_left);

 private:
  // A path that data may take: between two sites, or a site and a fixed place.
  struct Ends {
    graph::VertexId from;
    graph::VertexId to;
  };
  // Notes what the lanes of the one path become. Returns whether they can.
  [[nodiscard]] bool Map(const Ends& path, const Ends& image);
  [[nodiscard]] bool MapAllOf(std::size_t site,
                              const std::vector<std::size_t>& image);
  // Whether a lane that becomes another is on no path that stays as it is.
  [[nodiscard]] bool LeavesOthersAlone() const;
  void CountUses();

  const LinkLoads& loads_;
  const Sites& sites_;
  const std::vector<graph::VertexId>& fixed_;
  bool counted_ = false;
  std::vector<std::int64_t> uses_;    // paths by lane
  std::vector<std::int64_t> met_;     // of these, with a moved end
  std::vector<std::size_t> becomes_;  // by lane; or kNone
};

}  // namespace acceld::placement
