#include "placement/partition/pair_scores.h"

#include <algorithm>

#include "base/topology_terms.h"
#include "base/units.h"

namespace acceld::placement {
namespace {

using graph::Link;
using graph::Topology;
using graph::VertexId;

constexpr std::int32_t kOfNvlink = 100;
// One NVLink of generation 2 to 4, one way (NVIDIA's data sheets of V100, A100
// and H100: 300, 600 and 900 GB/s both ways over 6, 12 and 18 links).
constexpr std::int64_t kNvlink = 25'000'000'000;

std::int32_t PcieScore(Locality locality) {
  switch (locality) {
    case Locality::kSameDevice:
      return 60;
    case Locality::kSameSwitch:
      return 50;
    case Locality::kSameRootPort:
      return 40;
    case Locality::kSameHostBridge:
      return 30;
    case Locality::kSameNuma:
      return 20;
    case Locality::kSamePackage:   // nvmlDeviceGetTopologyCommonAncestor: NODE
    case Locality::kCrossPackage:  // is one NUMA node, SYSTEM is more
      return 10;
  }
  return 0;
}

VertexId OtherEnd(const Link& link, VertexId id) {
  return link.from == id ? link.to : link.from;
}

BytesPerSecond SlowerOf(const Link& link) {
  return std::min(link.forward.bandwidth.value, link.backward.bandwidth.value);
}

// Rounded, at least one.
std::int32_t NvlinksIn(BytesPerSecond bandwidth) {
  const std::int64_t links = (bandwidth.value() + kNvlink / 2) / kNvlink;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(links, 1, 1000));
}

// Whether fabric_fold made the hub: each two of its members were linked.
bool StandsForLinks(const graph::Vertex& vertex) {
  return vertex.kind == VertexKind::kFabricHub &&
         vertex.Get("pair_links") != nullptr;
}

// There is at most one link of the fabric between two things; where one is
// left, it is faster than the hubs that both are members of.
std::int32_t NvlinksBetween(const Topology& topology, VertexId a, VertexId b) {
  std::int32_t over_hubs = 0;
  for (const std::uint32_t index : topology.LinksOf(a)) {
    const Link& link = topology.links()[index];
    if (link.kind != LinkKind::kFabric) continue;
    const VertexId other = OtherEnd(link, a);
    if (other == b) return NvlinksIn(SlowerOf(link));
    if (!StandsForLinks(topology.vertex(other))) continue;
    for (const std::uint32_t there : topology.LinksOf(other)) {
      const Link& further = topology.links()[there];
      if (OtherEnd(further, other) != b) continue;
      over_hubs = std::max(
          over_hubs, NvlinksIn(std::min(SlowerOf(link), SlowerOf(further))));
    }
  }
  return over_hubs;
}

}  // namespace

PairScores ScorePairs(const Topology& topology,
                      std::span<const VertexId> devices) {
  PairScores scores;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      scores.Set(
          i, j,
          PcieScore(topology.LocalityOf(devices[i], devices[j])) +
              kOfNvlink * NvlinksBetween(topology, devices[i], devices[j]));
    }
  }
  return scores;
}

}  // namespace acceld::placement
