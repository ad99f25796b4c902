// The path verdict between two things: over which links, which of them is the
// weakest, which run below what they could, what ACS does on the way, in which
// IOMMU groups and domains the ends are, and whether one may reach the other
// without the host's memory in between. A value that text, JSON and HTML are
// rendered from; each reason says what it rests on.
// Pure function of the topology, which must outlive the verdict; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "graph/path_steps.h"
#include "graph/topology.h"

namespace acceld::graph {

// ACS of one port or function on the way.
struct AcsOnPath {
  VertexId vertex;
  // Bits by their names, "SV RR CR UF"; "none"; empty: not readable.
  std::string supported;
  std::string enabled;
  // RR, CR or EC is on: peer-to-peer requests are sent up to the root complex.
  bool redirects = false;
  Provenance from;
};

struct PathEnd {
  VertexId vertex;
  std::optional<VertexId> function;  // the PCI function it is part of
  std::optional<std::int64_t> iommu_group;
  std::string domain_type;            // "DMA-FQ", "identity"; empty: unknown
  std::optional<VertexId> iommu;      // the unit that translates it
  std::optional<VertexId> numa_node;  // where it hangs
};

enum class PeerToPeer {
  kPossible,
  kImpossible,
  kUnknown,
  kNotNeeded,  // one end is a CPU, a memory of the host, or both are one device
};
[[nodiscard]] std::string_view Name(PeerToPeer answer);  // "possible", ...

enum class PeerReason {
  kSameDevice,         // parts of one device
  kHostEnd,            // an end is of the host: the data goes there anyway
  kFabric,             // a fabric of their own joins them
  kDirect,             // below one switch or port that routes between them
  kRedirected,         // ACS sends it up to the root complex
  kAcsUnknown,         // a port's ACS is not readable
  kRootListed,         // Linux lists the root complex as one that routes
  kRootNotListed,      // Linux does not, and its drivers refuse
  kAcrossHostBridges,  // they are below different host bridges
  kPeerMemory,         // an end publishes peer-to-peer memory (p2pmem)
  kTranslated,         // what is routed up is translated by an IOMMU
  kNoPath,             // nothing leads from one to the other
  kNotOnPcie,          // an end is on no PCI bus
};
[[nodiscard]] std::string_view Name(PeerReason reason);  // "same-device", ...

struct PeerFinding {
  PeerReason reason{};
  std::string text;                  // for people, one sentence
  std::optional<VertexId> vertex{};  // what it is about
  Provenance from{};
};

struct PathVerdict {
  PathEnd from;
  PathEnd to;
  std::optional<Distance> distance;  // nothing: no path
  Locality locality = Locality::kCrossPackage;
  std::vector<PathStep> steps;
  // The firmware's word on the pair itself, which then stands for the whole
  // path (graph/path_steps.h); null: none.
  const Relation* stated = nullptr;
  // Ports and functions on the way that know ACS, or ought to: from the first
  // end up, then down to the other.
  std::vector<AcsOnPath> acs;
  bool same_iommu_group = false;
  PeerToPeer peer_to_peer = PeerToPeer::kUnknown;
  std::vector<PeerFinding> findings;  // the deciding one first
};

// Requires: both ids are of `topology`. Complexity: that of a distance, and
// linear in the depth of the tree.
[[nodiscard]] PathVerdict JudgePath(const Topology& topology, VertexId from,
                                    VertexId to);

}  // namespace acceld::graph
