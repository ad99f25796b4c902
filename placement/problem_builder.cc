#include "placement/problem_builder.h"

#include <algorithm>
#include <span>
#include <utility>

#include "placement/activation_builder.h"
#include "placement/device_capacity.h"
#include "placement/label_numbers.h"
#include "placement/own_labels.h"
#include "placement/places.h"
#include "placement/policy_terms.h"
#include "placement/stated_flows.h"

namespace acceld::placement {
namespace {

bool TouchesHost(const Request& request) {
  return std::any_of(request.links.begin(), request.links.end(),
                     [](const PipelineLink& link) {
                       return link.from == kHost || link.to == kHost;
                     });
}

class TopologyPaths final : public Paths {
 public:
  TopologyPaths(const graph::Topology& topology,
                const policy::Objective& objective)
      : topology_(topology), objective_(objective) {}

  [[nodiscard]] Cost CostBetween(graph::VertexId from,
                                 graph::VertexId to) const override {
    if (from == to) return 0;
    const graph::Topology::Cost path = topology_.CostBetween(from, to);
    if (!path.reachable) return kForbidden;
    return PathCost(objective_, path.latency, path.bandwidth);
  }
  [[nodiscard]] std::optional<Nanoseconds> LatencyBetween(
      graph::VertexId from, graph::VertexId to) const override {
    if (from == to) return Nanoseconds(0);
    const graph::Topology::Cost path = topology_.CostBetween(from, to);
    if (!path.reachable) return std::nullopt;
    return path.latency;
  }

 private:
  const graph::Topology& topology_;
  const policy::Objective& objective_;
};

}  // namespace

std::unique_ptr<Problem> BuildProblem(const Request& request,
                                      const CandidateSet& candidates,
                                      const graph::Topology& topology,
                                      const Occupancy& occupancy,
                                      const policy::Objective& objective) {
  return ProblemBuilder(request, candidates, topology, occupancy, objective)
      .Build();
}

ProblemBuilder::ProblemBuilder(const Request& request,
                               const CandidateSet& candidates,
                               const graph::Topology& topology,
                               const Occupancy& occupancy,
                               const policy::Objective& objective)
    : request_(request),
      candidates_(candidates),
      topology_(topology),
      occupancy_(occupancy),
      objective_(objective),
      doors_(topology),
      problem_(std::make_unique<Problem>()),
      buffer_class_(request.links.size()) {
  for (const Stage& stage : request.stages) {
    replicas_ += stage.count;
    any_exclusive_ = any_exclusive_ || stage.sharing == Sharing::kExclusive;
  }
}

std::unique_ptr<Problem> ProblemBuilder::Build() {
  problem_->paths = std::make_unique<TopologyPaths>(topology_, objective_);
  for (std::size_t i = 0; i < request_.stages.size(); ++i) AddStage(i);
  if (TouchesHost(request_)) AddHost();
  for (std::size_t i = 0; i < request_.links.size(); ++i) {
    if (request_.links[i].buffer) AddBuffer(i);
  }
  DropAmpleResources();
  AddActivations(topology_, occupancy_, objective_, *problem_);
  for (std::size_t i = 0; i < request_.links.size(); ++i) AddLink(i);
  for (const GroupConstraint& constraint : request_.constraints) {
    AddConstraint(constraint);
  }
  AddLoads();
  // No table before all classes stand: tables keep references to them.
  problem_->tables = std::make_unique<PairTables>(problem_->classes.size());
  for (auto& [pair, rule] : rules_) {
    problem_->tables->Set(
        pair.first, pair.second,
        std::make_unique<PairTable>(topology_, objective_,
                                    problem_->classes[pair.first],
                                    problem_->classes[pair.second],
                                    problem_->capacity, std::move(rule)));
  }
  return std::move(problem_);
}

void ProblemBuilder::AddStage(std::size_t index) {
  const Stage& stage = request_.stages[index];
  VariableClass& values = problem_->classes.emplace_back();
  values.kind = VariableClass::Kind::kStage;
  values.index = index;
  values.count = stage.count;
  values.domain = candidates_.stages[index].devices;
  for (const graph::VertexId id : values.domain) {
    const DeviceView device(topology_, id);
    const StageCandidates& of_stage = candidates_.stages[index];
    values.unary.push_back(
        AddCost(UnaryCost(device),
                AddCost(SvaCost(of_stage, id), TaintCost(of_stage, id))));
    values.uses.push_back(UsesOf(stage, device));
  }
}

void ProblemBuilder::AddHost() {
  host_class_ = problem_->classes.size();
  VariableClass& values = problem_->classes.emplace_back();
  values.kind = VariableClass::Kind::kHostNode;
  values.domain = HostNodes(topology_, request_.client);
  values.unary.resize(values.domain.size());
  values.uses.resize(values.domain.size());
}

void ProblemBuilder::AddBuffer(std::size_t link) {
  const Buffer& buffer = *request_.links[link].buffer;
  buffer_class_[link] = problem_->classes.size();
  VariableClass& values = problem_->classes.emplace_back();
  values.kind = VariableClass::Kind::kBuffer;
  values.index = link;
  values.domain = BufferTargets(topology_, occupancy_, buffer);
  std::erase_if(values.domain, [this](graph::VertexId target) {
    return candidates_.hidden.Has(target);
  });
  values.unary.resize(values.domain.size());
  for (const graph::VertexId target : values.domain) {
    const auto free = FreeMemoryOfTarget(topology_.vertex(target), occupancy_);
    const std::size_t resource = ResourceOf(ResourceKind::kMemory, target,
                                            free.value_or(Bytes(0)).value());
    values.uses.push_back({{resource, buffer.size.value()}});
  }
}

void ProblemBuilder::AddLink(std::size_t index) {
  const PipelineLink& link = request_.links[index];
  if (link.is_exchange()) {
    AddExchange(link);
    return;
  }
  const std::size_t from = ClassOfEnd(link.from);
  const std::size_t to = ClassOfEnd(link.to);
  AddLocality(from, to, link.require);
  if (link.buffer) {
    AddBufferedLink(index);
    return;
  }
  const std::int64_t pairs =
      problem_->classes[from].count * problem_->classes[to].count;
  AddFlow(from, to, TrafficShare(link.traffic, pairs), link.require);
}

// Every pair of replicas, both ways. One replica alone sends to nobody.
void ProblemBuilder::AddExchange(const PipelineLink& link) {
  const std::size_t c = ClassOfEnd(link.from);
  const std::int64_t count = problem_->classes[c].count;
  if (count < 2) return;
  PairRule& rule = RuleOf(c, c);
  for (const bool reversed : {false, true}) {
    if (link.require.locality) {
      rule.localities.push_back({*link.require.locality, reversed});
    }
    rule.flows.push_back({TrafficShare(link.traffic, count * (count - 1)),
                          reversed, link.require.min_bandwidth,
                          link.require.max_latency});
  }
}

void ProblemBuilder::AddBufferedLink(std::size_t index) {
  const PipelineLink& link = request_.links[index];
  const std::size_t from = ClassOfEnd(link.from);
  const std::size_t to = ClassOfEnd(link.to);
  const std::size_t buffer = buffer_class_[index];
  AddFlow(from, buffer,
          TrafficShare(link.traffic, problem_->classes[from].count),
          link.require);
  AddFlow(buffer, to, TrafficShare(link.traffic, problem_->classes[to].count),
          link.require);
  if (link.require.max_latency) {
    problem_->limits.push_back({from, buffer, to, *link.require.max_latency});
  }
}

void ProblemBuilder::AddFlow(std::size_t from, std::size_t to, Cost weight,
                             const LinkRequirement& require) {
  Flow flow;
  flow.weight = weight;
  flow.reversed = from > to;
  flow.min_bandwidth = require.min_bandwidth;
  flow.max_latency = require.max_latency;
  RuleOf(from, to).flows.push_back(flow);
}

void ProblemBuilder::AddLocality(std::size_t from, std::size_t to,
                                 const LinkRequirement& require) {
  if (!require.locality) return;
  RuleOf(from, to).localities.push_back({*require.locality, from > to});
}

void ProblemBuilder::AddConstraint(const GroupConstraint& constraint) {
  const bool same = constraint.kind == GroupConstraint::Kind::kSame;
  LabelNumbers numbers(topology_, constraint.attribute);
  std::vector<std::vector<std::int64_t>> labels;
  for (const std::size_t stage : constraint.stages) {
    labels.push_back(numbers.Of(problem_->classes[stage].domain));
  }
  if (!same) CheckLabels(constraint.stages, labels);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const std::size_t a = constraint.stages[i];
      const std::size_t b = constraint.stages[j];
      if (a > b || (a == b && problem_->classes[a].count < 2)) continue;
      RuleOf(a, b).labels.push_back({same, labels[i], labels[j]});
    }
  }
}

// Where there are too few labels for all to differ, no value is any good, and
// the search sees at once what it would else find out by trying all.
void ProblemBuilder::CheckLabels(
    const std::vector<std::size_t>& stages,
    const std::vector<std::vector<std::int64_t>>& labels) {
  std::vector<LabelWish> wishes;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    wishes.push_back({problem_->classes[stages[i]].count, labels[i]});
  }
  if (CanAllDiffer(std::move(wishes))) return;
  std::vector<Cost>& unary = problem_->classes[stages.front()].unary;
  std::fill(unary.begin(), unary.end(), kForbidden);
}

void ProblemBuilder::AddLoads() {
  std::vector<std::span<const graph::VertexId>> domains;
  for (const VariableClass& values : problem_->classes) {
    domains.emplace_back(values.domain);
  }
  problem_->loads = LinkLoads::Make(topology_, domains,
                                    StatedFlows(request_, problem_->classes));
  if (problem_->loads == nullptr) return;
  for (auto& [pair, rule] : rules_) {
    if (problem_->loads->Between(pair.first, pair.second) == 0) continue;
    rule.load = LoadRule{problem_->loads.get(), pair.first, pair.second};
  }
}

void ProblemBuilder::DropAmpleResources() {
  std::vector<std::int64_t> most(problem_->capacity.size());
  for (const VariableClass& values : problem_->classes) {
    std::map<std::size_t, std::int64_t> wanted;
    for (const auto& uses : values.uses) {
      for (const Consumption& use : uses) {
        std::int64_t& amount = wanted[use.resource];
        amount = std::max(amount, use.amount);
      }
    }
    for (const auto& [resource, amount] : wanted) {
      most[resource] =
          AddCost(most[resource],
                  MultiplyCost(std::min(amount, kMaxCost), values.count));
    }
  }
  for (VariableClass& values : problem_->classes) {
    for (auto& uses : values.uses) {
      std::erase_if(uses, [&](const Consumption& use) {
        const std::int64_t wanted = most[use.resource];  // may be saturated
        return wanted < kMaxCost && wanted <= problem_->capacity[use.resource];
      });
    }
  }
}

std::size_t ProblemBuilder::ResourceOf(ResourceKind kind, graph::VertexId of,
                                       std::int64_t capacity) {
  const std::size_t next = problem_->capacity.size();
  const auto [entry, is_new] = resources_.try_emplace({kind, of}, next);
  if (is_new) problem_->capacity.push_back(capacity);
  return entry->second;
}

// A resource for each VFIO device: it takes all of it, and each of the devices
// that are the same hardware a part.
void ProblemBuilder::AddDoors(graph::VertexId device,
                              std::vector<Consumption>& uses) {
  if (doors_.TakesAll(device)) {
    uses.push_back(
        {ResourceOf(ResourceKind::kDoor, device, replicas_), replicas_});
    return;
  }
  for (const graph::VertexId other : doors_.OthersOf(device)) {
    uses.push_back({ResourceOf(ResourceKind::kDoor, other, replicas_), 1});
  }
}

// Only what depends on where stages are: the rest was looked at before.
void ProblemBuilder::AddQuotas(const Stage& stage, graph::VertexId device,
                               std::vector<Consumption>& uses) {
  for (std::size_t i = 0; i < candidates_.quotas.size(); ++i) {
    const QuotaRoom& room = candidates_.quotas[i];
    if (!room.Counts(device)) continue;
    const graph::VertexId number(static_cast<std::uint32_t>(i));
    const auto use = [&](ResourceKind kind, std::int64_t left,
                         std::int64_t amount, bool once) {
      const std::int64_t capacity = std::max<std::int64_t>(left, 0);
      uses.push_back({ResourceOf(kind, number, capacity), amount, once});
    };
    if (room.devices && !room.Holds(device)) {
      use(ResourceKind::kQuotaDevices, *room.devices, 1, true);
    }
    if (room.instances) {
      use(ResourceKind::kQuotaInstances, *room.instances, 1, false);
    }
    if (room.memory && stage.memory) {
      use(ResourceKind::kQuotaMemory, room.memory->value(),
          stage.memory->value(), false);
    }
  }
}

std::vector<Consumption> ProblemBuilder::UsesOf(const Stage& stage,
                                                const DeviceView& device) {
  std::vector<Consumption> uses;
  const graph::VertexId id = device.vertex().id;
  if (const auto free = InstancesOf(device, occupancy_).free) {
    uses.push_back({ResourceOf(ResourceKind::kInstances, id, *free), 1});
  }
  if (any_exclusive_) {
    // A stage that wants the device for itself takes what all could take.
    const std::int64_t amount =
        stage.sharing == Sharing::kExclusive ? replicas_ : 1;
    uses.push_back({ResourceOf(ResourceKind::kSoleUse, id, replicas_), amount});
  }
  AddDoors(id, uses);
  AddQuotas(stage, id, uses);
  if (!stage.memory) return uses;
  if (const auto pool = MemoryPoolOf(topology_, device)) {
    const Bytes free = FreeMemory(*pool, topology_, occupancy_);
    uses.push_back(
        {ResourceOf(ResourceKind::kMemory, pool->vertex, free.value()),
         stage.memory->value()});
  }
  return uses;
}

Cost ProblemBuilder::UnaryCost(const DeviceView& device) const {
  return AddCost(ClassesCost(objective_, device),
                 AddCost(SpreadCost(objective_, occupancy_, device),
                         PreferenceCost(objective_, device)));
}

std::size_t ProblemBuilder::ClassOfEnd(std::size_t stage) const {
  return stage == kHost ? host_class_ : stage;
}

PairRule& ProblemBuilder::RuleOf(std::size_t a, std::size_t b) {
  return rules_[{std::min(a, b), std::max(a, b)}];
}

}  // namespace acceld::placement
