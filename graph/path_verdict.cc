#include "graph/path_verdict.h"

#include <array>
#include <utility>
#include <variant>

#include "graph/hanging.h"
#include "graph/peer_to_peer.h"

namespace acceld::graph {
namespace {

template <typename T>
const T* Get(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  return value == nullptr ? nullptr : std::get_if<T>(value);
}

std::string TextOr(const Vertex& vertex, std::string_view name) {
  const auto* text = Get<std::string>(vertex, name);
  return text == nullptr ? std::string() : *text;
}

PathEnd EndOf(const Topology& topology, VertexId id) {
  PathEnd end;
  end.vertex = id;
  end.function = topology.FunctionOf(id);
  end.numa_node = topology.NumaNodeOf(id);
  // A platform device has a group of its own.
  const VertexId holder = end.function.value_or(id);
  const Vertex& vertex = topology.vertex(holder);
  if (const auto* group = Get<std::int64_t>(vertex, attr::kIommuGroup)) {
    end.iommu_group = *group;
  }
  end.domain_type = TextOr(vertex, "iommu_domain_type");
  const auto units = topology.RelatedFrom(holder, RelationKind::kTranslatedBy);
  if (!units.empty()) end.iommu = units.front();
  return end;
}

}  // namespace

std::string_view Name(PeerToPeer answer) {
  constexpr std::array<std::string_view, 4> kNames = {"possible", "impossible",
                                                      "unknown", "not-needed"};
  return kNames[static_cast<std::size_t>(answer)];
}

std::string_view Name(PeerReason reason) {
  constexpr std::array<std::string_view, 13> kNames = {
      "same-device",         "host-end",    "fabric",      "direct",
      "redirected",          "acs-unknown", "root-listed", "root-not-listed",
      "across-host-bridges", "peer-memory", "translated",  "no-path",
      "not-on-pcie"};
  return kNames[static_cast<std::size_t>(reason)];
}

PathVerdict JudgePath(const Topology& topology, VertexId from, VertexId to) {
  PathVerdict verdict;
  verdict.from = EndOf(topology, from);
  verdict.to = EndOf(topology, to);
  verdict.distance = topology.DistanceBetween(from, to);
  verdict.locality = topology.LocalityOf(from, to);
  if (verdict.distance) verdict.steps = StepsOf(topology, *verdict.distance);
  verdict.stated = StatedAccess(topology, from, to);
  verdict.same_iommu_group =
      verdict.from.iommu_group && verdict.to.iommu_group &&
      *verdict.from.iommu_group == *verdict.to.iommu_group;
  PeerJudgement peers = JudgePeers(topology, Hanging(topology), from, to);
  verdict.acs = std::move(peers.acs);
  verdict.peer_to_peer = peers.answer;
  verdict.findings = std::move(peers.findings);
  if (!verdict.distance) {
    verdict.findings.push_back(
        {PeerReason::kNoPath, "no link leads from one to the other", {}, {}});
  }
  return verdict;
}

}  // namespace acceld::graph
