#include "graph/path_steps.h"

#include <cstdint>
#include <variant>

#include "graph/hanging.h"
#include "probes/pcie_degradation.h"

namespace acceld::graph {
namespace {

std::string TextOr(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const auto* text =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

// GPUs and accelerators lower their link's speed while idle, awake as they
// are; anything may while it sleeps.
bool MayIdle(const Vertex& device) {
  const std::string kind = TextOr(device, attr::kClass);
  if (kind.starts_with("03") || kind.starts_with("12")) return true;
  const std::string state = TextOr(device, "power_state");
  return (!state.empty() && state != "D0") ||
         TextOr(device, "runtime_status") == "suspended";
}

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
  step.degraded = probes::DegradedParts(step.link->attributes);
  step.may_be_idle = step.degraded == std::vector<std::string>{"speed"} &&
                     MayIdle(topology.vertex(step.link->to));
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
