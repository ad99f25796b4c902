#include "client/topo/path_steps.h"

#include "client/topo/hanging.h"

namespace acceld::topo {
namespace {

using graph::Link;
using graph::Topology;
using graph::VertexId;

// Of parallel links the fastest, as the fastest path takes it.
void TakeLink(const Topology& topology, Step& step) {
  for (const std::uint32_t index : topology.LinksOf(step.from)) {
    const Link& link = topology.links()[index];
    if (OtherEnd(link, step.from) != step.to) continue;
    const graph::Rate& rate =
        link.from == step.from ? link.forward : link.backward;
    if (step.link != nullptr && rate.latency.value >= step.rate.latency.value) {
      continue;
    }
    step.link = &link;
    step.rate = rate;
  }
}

}  // namespace

std::vector<Step> StepsOf(const Topology& topology,
                          const graph::Distance& distance) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i + 1 < distance.path.size(); ++i) {
    Step step{.from = distance.path[i], .to = distance.path[i + 1]};
    TakeLink(topology, step);
    steps.push_back(step);
  }
  Step* weakest = nullptr;
  for (Step& step : steps) {
    if (step.link == nullptr) continue;
    if (weakest == nullptr ||
        step.rate.bandwidth.value < weakest->rate.bandwidth.value) {
      weakest = &step;
    }
  }
  // One link alone is not weaker than any other.
  if (weakest != nullptr && steps.size() > 1) weakest->weakest = true;
  return steps;
}

const graph::Relation* StatedAccess(const Topology& topology, VertexId from,
                                    VertexId to) {
  for (const graph::Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kAccess) continue;
    if ((relation.from == from && relation.to == to) ||
        (relation.from == to && relation.to == from)) {
      return &relation;
    }
  }
  return nullptr;
}

}  // namespace acceld::topo
