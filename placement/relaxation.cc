#include "placement/relaxation.h"

#include <utility>

namespace acceld::placement {
namespace {

std::string StageName(const Request& request, std::size_t stage) {
  return stage == kHost ? "host" : request.stages[stage].name;
}

void AddStage(const Request& request, std::size_t i,
              std::vector<Relaxation>& all) {
  const Stage& stage = request.stages[i];
  const std::string name = "stage " + stage.name + ": ";
  const std::string at = "/stages/" + std::to_string(i);
  if (stage.sharing == Sharing::kExclusive) {
    all.push_back({"sharing", at + "/sharing", i, name + "exclusive use",
                   [i](Request& relaxed) {
                     relaxed.stages[i].sharing = Sharing::kShared;
                   }});
  }
  if (stage.memory) {
    all.push_back(
        {"memory", at + "/memory", i,
         name + ToString(*stage.memory) + " of device memory",
         [i](Request& relaxed) { relaxed.stages[i].memory.reset(); }});
  }
  if (stage.count > 1) {
    all.push_back({"count", at + "/count", i,
                   name + std::to_string(stage.count) + " replicas, not one",
                   [i](Request& relaxed) { relaxed.stages[i].count = 1; }});
  }
}

void AddLink(const Request& request, std::size_t i,
             std::vector<Relaxation>& all) {
  const PipelineLink& link = request.links[i];
  const std::string name = "link " + LinkName(request, i) + ": ";
  const std::string at = "/links/" + std::to_string(i);
  if (link.require.locality) {
    all.push_back(
        {"locality", at + "/require/locality", i,
         name + "locality " + std::string(Name(*link.require.locality)),
         [i](Request& relaxed) { relaxed.links[i].require.locality.reset(); }});
  }
  if (link.require.min_bandwidth) {
    all.push_back({"bandwidth", at + "/require/min_bandwidth", i,
                   name + "bandwidth of at least " +
                       ToString(*link.require.min_bandwidth),
                   [i](Request& relaxed) {
                     relaxed.links[i].require.min_bandwidth.reset();
                   }});
  }
  if (link.require.max_latency) {
    all.push_back(
        {"latency", at + "/require/max_latency", i,
         name + "latency of at most " + ToString(*link.require.max_latency),
         [i](Request& relaxed) {
           relaxed.links[i].require.max_latency.reset();
         }});
  }
  if (link.buffer && link.buffer->kind) {
    all.push_back(
        {"buffer-kind", at + "/buffer/kind", i,
         name + "buffer in " + std::string(Name(*link.buffer->kind)),
         [i](Request& relaxed) { relaxed.links[i].buffer->kind.reset(); }});
  }
  if (link.buffer) {
    all.push_back({"buffer", at + "/buffer", i,
                   name + "buffer of " + ToString(link.buffer->size),
                   [i](Request& relaxed) { relaxed.links[i].buffer.reset(); }});
  }
  if (link.traffic_stated) {
    all.push_back(
        {"traffic", at + "/traffic", i,
         name + "room for " + ToString(link.traffic) + " on every link",
         [i](Request& relaxed) { relaxed.links[i].traffic_stated = false; }});
  }
}

void AddConstraint(const Request& request, std::size_t i,
                   std::vector<Relaxation>& all) {
  const GroupConstraint& constraint = request.constraints[i];
  std::string text =
      constraint.kind == GroupConstraint::Kind::kSame ? "same " : "distinct ";
  text.append(constraint.attribute).append(" of");
  for (const std::size_t stage : constraint.stages) {
    text.append(" ").append(request.stages[stage].name);
  }
  all.push_back({"constraint", "/constraints/" + std::to_string(i), i,
                 "constraint " + std::to_string(i + 1) + ": " + text,
                 [i](Request& relaxed) {
                   // A constraint on no stages always holds, and the others
                   // keep their places.
                   relaxed.constraints[i].stages.clear();
                 }});
}

}  // namespace

std::vector<Relaxation> Relaxations(const Request& request) {
  std::vector<Relaxation> all;
  for (std::size_t i = 0; i < request.stages.size(); ++i) {
    AddStage(request, i, all);
  }
  for (std::size_t i = 0; i < request.links.size(); ++i) {
    AddLink(request, i, all);
  }
  for (std::size_t i = 0; i < request.constraints.size(); ++i) {
    AddConstraint(request, i, all);
  }
  return all;
}

std::string LinkName(const Request& request, std::size_t link) {
  return StageName(request, request.links[link].from) + " -> " +
         StageName(request, request.links[link].to);
}

}  // namespace acceld::placement
