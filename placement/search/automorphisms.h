// Automorphisms: exchanges of sites, of classes of variables, and of both at
// once that leave the cost and the validity of every placement as they are: a
// grid turned round, a chain of stages reversed, equal branches of a fan. What
// search/symmetry.h finds are those of single clusters, of which there can be
// too many to list; these are listed one by one. Values.
#pragma once

#include <cstddef>
#include <vector>

#include "placement/search/cluster_tree.h"
#include "placement/search/meter.h"
#include "placement/search/permutations.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"

namespace acceld::placement {

// Any of the one kind goes together with any of the other: a placement of the
// classes at the sites becomes one of their images at the images. The first of
// each kind moves nothing.
struct Automorphisms {
  std::vector<Permutation> sites;
  std::vector<Permutation> classes;
};

// Every cost of every pair is compared: for problems of some hundred choices of
// a variable and a site. Where more than pairs is ruled (latency through
// buffers, room of links) or paid (once for several), or where `stopped` ended
// it, only what moves nothing.
[[nodiscard]] Automorphisms FindAutomorphisms(const Problem& problem,
                                              const State& start,
                                              const Sites& sites,
                                              const ClusterTree& tree,
                                              const Meter& stopped);

}  // namespace acceld::placement
