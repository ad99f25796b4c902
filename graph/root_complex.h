// Whether Linux takes a root complex for one that routes between its root
// ports: what its p2pdma asks before one device may reach another through it.
// Pure function of the topology; thread-safe.
#pragma once

#include <optional>
#include <string>

#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph {

enum class RootRouting {
  kNotListed,     // Linux refuses
  kWithinBridge,  // between root ports of one host bridge
  kEverywhere,    // between host bridges too
};

struct RootComplex {
  RootRouting routing = RootRouting::kNotListed;
  // What was looked up, for people: "8086:2020", "AMD EPYC 9654 ..."; empty:
  // nothing by which to tell.
  std::string name;
};

// `bridge`: a host bridge. Linux's rule: any AMD CPU from Zen on (told by the
// name of the package here), else the first device of the root bus is looked up
// in pci_p2pdma_whitelist. Source: Linux 6.12, drivers/pci/p2pdma.c.
[[nodiscard]] RootComplex FindRootComplex(const Topology& topology,
                                          const Hanging& hanging,
                                          VertexId bridge);

}  // namespace acceld::graph
