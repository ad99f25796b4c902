#include "graph/export/crossings.h"

#include <set>
#include <string_view>
#include <utility>

#include "graph/quantity.h"

namespace acceld::graph::exports {
namespace {

using Pairs = std::set<std::pair<VertexId, VertexId>>;  // smaller id first

std::string BandwidthText(const Rate& rate) {
  return rate.bandwidth.value >= kUnlimited ? std::string()
                                            : Marked(rate.bandwidth);
}

// One text where both directions are the same.
std::string Both(std::string there, const std::string& back) {
  if (there == back) return there;
  return std::move(there).append(" / ").append(back);
}

}  // namespace

std::vector<Crossing> FindCrossings(const Topology& topology,
                                    const Hanging& hanging) {
  Pairs stated;
  for (const Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kAccess) continue;
    stated.insert(std::minmax(relation.from, relation.to));
  }
  std::vector<Crossing> crossings;
  Pairs linked;
  std::uint32_t index = 0;
  for (const Link& link : topology.links()) {
    const Crossing crossing{true, index++, link.from, link.to};
    linked.insert(std::minmax(link.from, link.to));
    const bool is_told = link.kind == LinkKind::kMemoryBus &&
                         stated.contains(std::minmax(link.from, link.to));
    if (link.from == link.to || hanging.Shows(link) || is_told) continue;
    crossings.push_back(crossing);
  }
  index = 0;
  for (const Relation& relation : topology.relations()) {
    const Crossing crossing{false, index++, relation.from, relation.to};
    if (relation.kind != RelationKind::kSharesMemory ||
        relation.from == relation.to ||
        hanging.ParentOf(relation.to) == relation.from ||
        linked.contains(std::minmax(relation.from, relation.to))) {
      continue;
    }
    crossings.push_back(crossing);
  }
  return crossings;
}

std::vector<std::string> WordsOf(const Topology& topology,
                                 const Crossing& crossing) {
  if (!crossing.is_link) {
    const auto owners =
        topology.RelatedTo(crossing.to, RelationKind::kSharesMemory);
    return {owners.size() > 1 ? "shared memory" : "its memory"};
  }
  const Link& link = topology.links()[crossing.index];
  std::vector<std::string> words{std::string(Name(link.kind))};
  std::string bandwidth =
      Both(BandwidthText(link.forward), BandwidthText(link.backward));
  if (!bandwidth.empty()) words.push_back(std::move(bandwidth));
  words.push_back(
      Both(Marked(link.forward.latency), Marked(link.backward.latency)));
  return words;
}

}  // namespace acceld::graph::exports
