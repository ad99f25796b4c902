// Folding of fabrics: an all-to-all set of links between devices (the GPUs of
// an XGMI hive, the partitions of one package) becomes one fabric hub with a
// link to each member. A package of eight partitions then has 8 links to draw
// and to search instead of 28, and says what they are: one fabric.
// Pure; no threading rule. Runs between ResolveFacts() and the snapshot, for
// machines of every source.
#pragma once

#include "graph/builder.h"

namespace acceld::graph {

// Replaces the links of each set (graph/fabric_sets.h) by a hub, "fabric-hub:
// fabric-NAME" or "fabric-hub:on-die-NAME" after its first member, with the
// attributes "members" (keys), "pair_links" (how many links it stands for) and,
// where the members have one in common, "hive_id". Vertices are numbered anew.
//
// - What it keeps: latency, bandwidth and evidence between any two vertices of
//   before. A link to the hub has the bandwidth of the links and half of their
//   latency (where that is odd, the way out of the hub has the greater half),
//   so the way over the hub costs what each link cost; between members that
//   had no link of the set it is worse than what they have. A machine that
//   was folded, exported and read again stays as it is.
// - What it gives up: that the links are wires of their own, of which one can
//   be busy while another is not. A way over a hub has two hops.
void FoldFabrics(Parts& parts);

}  // namespace acceld::graph
