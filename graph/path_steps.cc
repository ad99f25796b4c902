#include "graph/path_steps.h"

#include <cstdint>
#include <utility>

#include "graph/hanging.h"
#include "graph/link_width.h"

namespace acceld::graph {
namespace {

void TakeLink(const Topology& topology, PathStep& step) {
  for (const std::uint32_t index : topology.LinksOf(step.from)) {
    const Link& link = topology.links()[index];
    if (OtherEnd(link, step.from) != step.to) continue;
    const Rate& rate = link.from == step.from ? link.forward : link.backward;
    if (step.link != nullptr && rate.latency.value >= step.rate.latency.value) {
      continue;
    }
    step.link = &link;
    step.rate = rate;
  }
}

void JudgeLink(const Topology& topology, PathStep& step) {
  if (step.link == nullptr) return;
  LinkWidth width = WidthOf(topology, *step.link);
  step.degraded = std::move(width.degraded);
  step.limited = std::move(width.limited);
  step.may_be_idle = width.may_be_idle;
}

}  // namespace

std::vector<PathStep> StepsOf(const Topology& topology,
                              const Distance& distance) {
  std::vector<PathStep> steps;
  for (std::size_t i = 0; i + 1 < distance.path.size(); ++i) {
    PathStep& step = steps.emplace_back();
    step.from = distance.path[i];
    step.to = distance.path[i + 1];
    TakeLink(topology, step);
    JudgeLink(topology, step);
  }
  PathStep* weakest = nullptr;
  for (PathStep& step : steps) {
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

const Relation* StatedAccess(const Topology& topology, VertexId from,
                             VertexId to) {
  for (const Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kAccess) continue;
    if ((relation.from == from && relation.to == to) ||
        (relation.from == to && relation.to == from)) {
      return &relation;
    }
  }
  return nullptr;
}

}  // namespace acceld::graph
