// Builds a Problem step by step. Part of BuildProblem(); used once each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "placement/device_view.h"
#include "placement/doors.h"
#include "placement/problem.h"

namespace acceld::placement {

class ProblemBuilder {
 public:
  // All must outlive the builder.
  ProblemBuilder(const Request& request, const CandidateSet& candidates,
                 const graph::Topology& topology, const Occupancy& occupancy,
                 const policy::Objective& objective);
  // Call once.
  [[nodiscard]] std::unique_ptr<Problem> Build();

 private:
  // What a resource is: opens of a device, sole use of it, bytes of a memory.
  // `kDoor`: hardware that other devices are made of too. What a quota leaves
  // has the quota's number in place of a vertex.
  enum class ResourceKind {
    kInstances,
    kSoleUse,
    kMemory,
    kDoor,
    kQuotaDevices,
    kQuotaInstances,
    kQuotaMemory,
  };
  using ResourceKey = std::pair<ResourceKind, graph::VertexId>;
  // Rules between classes, by (smaller class, larger class).
  using Rules = std::map<std::pair<std::size_t, std::size_t>, PairRule>;

  void AddStage(std::size_t stage);
  void AddHost();
  void AddBuffer(std::size_t link);
  void AddLink(std::size_t link);
  void AddBufferedLink(std::size_t link);
  void AddExchange(const PipelineLink& link);
  void AddConstraint(const GroupConstraint& constraint);
  void CheckLabels(const std::vector<std::size_t>& stages,
                   const std::vector<std::vector<std::int64_t>>& labels);
  // Data of `weight` kB/s from each replica of a class to each of another.
  void AddFlow(std::size_t from, std::size_t to, Cost weight,
               const LinkRequirement& require);
  void AddLocality(std::size_t from, std::size_t to,
                   const LinkRequirement& require);
  void AddLoads();
  // Resources that cannot run out whatever is chosen only cost time.
  void DropAmpleResources();

  [[nodiscard]] std::size_t ResourceOf(ResourceKind kind, graph::VertexId of,
                                       std::int64_t capacity);
  void AddDoors(graph::VertexId device, std::vector<Consumption>& uses);
  void AddQuotas(const Stage& stage, graph::VertexId device,
                 std::vector<Consumption>& uses);
  [[nodiscard]] std::vector<Consumption> UsesOf(const Stage& stage,
                                                const DeviceView& device);
  [[nodiscard]] Cost UnaryCost(const DeviceView& device) const;
  [[nodiscard]] std::size_t ClassOfEnd(std::size_t stage) const;
  [[nodiscard]] PairRule& RuleOf(std::size_t a, std::size_t b);

  const Request& request_;
  const CandidateSet& candidates_;
  const graph::Topology& topology_;
  const Occupancy& occupancy_;
  const policy::Objective& objective_;
  const Doors doors_;

  std::unique_ptr<Problem> problem_;
  std::map<ResourceKey, std::size_t> resources_;
  Rules rules_;
  std::int64_t replicas_ = 0;
  bool any_exclusive_ = false;
  std::size_t host_class_ = 0;             // where a link touches the host
  std::vector<std::size_t> buffer_class_;  // by link; meaningful where it has
};

}  // namespace acceld::placement
