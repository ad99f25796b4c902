// All-to-all sets of links between devices, found by what the links cost: the
// GPUs of a hive, the partitions of a package. What FoldFabrics() folds.
// Pure; no threading rule.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/builder.h"

namespace acceld::graph {

struct FabricSet {
  std::vector<VertexId> members;   // in id order, at least three
  std::vector<std::size_t> links;  // indices into the links, at least three
};

// - Which links count: those of kind fabric between two devices of one kind
//   (functions, platform devices, accelerators, engines), and those of kind
//   on-die between two accelerators or two engines.
// - A set: all its links have one kind, one rate in both directions, evidence
//   included, and the same attributes; each pair of members has such a link,
//   or a better way (a direct link or a hub that both are on: as fast and as
//   wide, and faster or wider). For sets that overlap see FindMeshes(); an
//   incomplete mesh is no set.
// No link is in two sets. All are found on the links as they are: what one set
// goes by is not taken away by another.
// Rates differ more on a machine that is no fabric than on one that is: only
// the 256 most frequent, of at least three links each, are looked at; and of
// these none whose links join more than 2,048 devices: its links stay as they
// are.
// Memory: at most 2,048 x 2,048 bits, and 16 bytes for each of as many pairs.
[[nodiscard]] std::vector<FabricSet> FindFabricSets(const Parts& parts);

}  // namespace acceld::graph
