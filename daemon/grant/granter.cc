#include "daemon/grant/granter.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "daemon/grant/buffer.h"
#include "daemon/soft/functions/names.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

std::string_view TextOf(const placement::DeviceView& device,
                        std::string_view attribute) {
  const auto* text = device.GetAs<std::string>(attribute);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

// Who hands a device (of an engine: its accelerator) out: a binder, or the soft
// workers, or nobody, with the reason. What a stage wants by its path is opened
// by the client, whatever the kind.
struct Source {
  Binder* binder = nullptr;
  std::string why_not;
};

Source SourceOf(const placement::DeviceView& device, placement::GrantNeed need,
                const Binders& binders) {
  const std::string_view kind = TextOf(device, attr::kGrant);
  const std::string_view framework = TextOf(device, attr::kFramework);
  if (need == placement::GrantNeed::kNone) return {binders.none, {}};
  if (kind == "soft") return {};
  Source source;
  if (kind == "fd" && (framework == "vfio" || framework == "mdev")) {
    source.binder = binders.vfio;
  } else if (kind == "fd" && need == placement::GrantNeed::kAny) {
    source.binder = binders.node;
  } else if (kind == "fd" || kind == "ticket" || kind == "path") {
    source.binder = binders.ticket;
  } else {
    source.why_not = "programs do not open it";
    return source;
  }
  if (source.binder == nullptr) {
    source.why_not = "this daemon makes no grants of kind " +
                     std::string(kind) + " for framework " +
                     std::string(framework);
  }
  return source;
}

std::optional<std::int64_t> OsIndexOf(const graph::Vertex& vertex) {
  const AttributeValue* value = vertex.Get(attr::kOsIndex);
  const auto* index =
      value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return index == nullptr ? std::nullopt : std::optional(*index);
}

// CPUs of the NUMA node that a device hangs from, as sysfs writes them; empty
// where not known.
std::string CpusNear(const graph::Topology& topology, graph::VertexId device) {
  const auto node = topology.NumaNodeOf(device);
  const AttributeValue* value =
      node ? topology.vertex(*node).Get(attr::kCpus) : nullptr;
  return value == nullptr ? std::string() : ToText(*value);
}

}  // namespace

placement::GrantRefusal Granter::Refusal(
    std::shared_ptr<const graph::Topology> topology) const {
  if (mode_ != GrantMode::kDevices) {
    return [](const graph::Vertex&) { return std::nullopt; };
  }
  return [topology = std::move(topology), binders = binders_](
             const graph::Vertex& device) -> std::optional<std::string> {
    Source source = SourceOf(placement::DeviceView(*topology, device.id),
                             placement::GrantNeed::kAny, binders);
    if (source.why_not.empty()) return std::nullopt;
    return std::move(source.why_not);
  };
}

bool Granter::NeedsBind(const SolvedRequest& solved,
                        const graph::Topology& topology) const {
  const auto& buffers = solved.solved.placement.buffers;
  if (std::any_of(buffers.begin(), buffers.end(), [&](const auto& buffer) {
        return solved.request.links[buffer.link].buffer->huge_pages;
      })) {
    return true;
  }
  if (mode_ != GrantMode::kDevices) return false;
  const auto& stages = solved.solved.placement.stages;
  return std::any_of(stages.begin(), stages.end(), [&](const auto& stage) {
    const placement::DeviceView device(topology, stage.device);
    const auto need = solved.request.stages[stage.stage].grant;
    return SourceOf(device, need, binders_).binder != nullptr;
  });
}

Status Granter::Bind(const Grantee& grantee, const SolvedRequest& solved,
                     const graph::Topology& topology,
                     const policy::Policy& policy, std::vector<Bound>& bound,
                     std::vector<UniqueFd>& buffers) const {
  for (const auto& assignment : solved.solved.placement.stages) {
    const placement::DeviceView device(topology, assignment.device);
    const placement::Stage& stage = solved.request.stages[assignment.stage];
    Binder* binder = mode_ == GrantMode::kDevices
                         ? SourceOf(device, stage.grant, binders_).binder
                         : nullptr;
    if (binder == nullptr) {
      bound.emplace_back();
      continue;
    }
    auto one = binder->Bind(
        {grantee, topology, assignment.device, stage, assignment.replica,
         policy.limits().one_shot_tickets,
         policy.ReleaseOf(policy.Mark(device)).reset.value_or(true)});
    if (!one) return Fail(std::move(one.error()).In(device.vertex().key));
    for (api::Grant& grant : one->grants) grant.function = stage.function;
    bound.push_back(*std::move(one));
  }
  for (const auto& assignment : solved.solved.placement.buffers) {
    const auto& buffer = *solved.request.links[assignment.link].buffer;
    const graph::Vertex& memory = topology.vertex(assignment.memory);
    buffers.emplace_back();
    if (!buffer.huge_pages) continue;
    ACCELD_TRY(buffers.back(),
               MakeHugeBuffer("acceld:" + memory.key, buffer.size,
                              NodeOf(memory), root_));
  }
  return {};
}

Result<Granter::Granted> Granter::Make(uid_t user, const SolvedRequest& solved,
                                       const graph::Topology& topology,
                                       std::vector<Bound>& bound,
                                       std::vector<UniqueFd>& buffers) {
  Granted granted;
  const auto undo = [&](Error error) {
    for (const soft::QueueId queue : granted.queues) (void)Close(user, queue);
    return Fail(std::move(error));
  };
  const auto& assignments = solved.solved.placement.stages;
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    if (i < bound.size() && bound[i].binding != nullptr) {
      auto grants = std::exchange(bound[i].grants, {});
      std::move(grants.begin(), grants.end(),
                std::back_inserter(granted.grants));
      continue;
    }
    const placement::Stage& stage = solved.request.stages[assignments[i].stage];
    if (stage.grant == placement::GrantNeed::kNone) continue;
    auto grant = MakeSoft(user, stage.function, topology, assignments[i].device,
                          granted);
    if (!grant) return undo(std::move(grant.error()));
    grant->stage = stage.name;
    grant->replica = assignments[i].replica;
    granted.grants.push_back(*std::move(grant));
  }
  if (auto added = AddBuffers(solved, topology, buffers, granted.grants);
      !added) {
    return undo(std::move(added.error()));
  }
  return granted;
}

Result<api::Grant> Granter::MakeSoft(uid_t user, const std::string& function,
                                     const graph::Topology& topology,
                                     graph::VertexId device, Granted& granted) {
  api::Grant grant;
  grant.kind = "soft";
  grant.device = topology.vertex(device).key;
  grant.function = function;
  const bool is_real = mode_ == GrantMode::kDevices;
  // What software does not do (compute/gpu) gets a queue that copies: enough
  // for a client to bind, to move its buffers and to be written against.
  const bool can_do = is_real || soft::OpcodeOf(function).has_value();
  const soft::QueueId queue(next_queue_++);
  // A described machine's CPUs are not this machine's.
  ACCELD_TRY(grant.fd, pool_.Attach(user, queue, can_do ? function : "copy",
                                    is_real ? CpusNear(topology, device) : ""));
  granted.queues.push_back(queue);
  return grant;
}

std::optional<std::int64_t> Granter::NodeOf(const graph::Vertex& memory) const {
  // A described machine's memories are not this machine's.
  return mode_ == GrantMode::kDevices ? OsIndexOf(memory) : std::nullopt;
}

Status Granter::AddBuffers(const SolvedRequest& solved,
                           const graph::Topology& topology,
                           std::vector<UniqueFd>& made,
                           std::vector<api::Grant>& grants) const {
  const auto& buffers = solved.solved.placement.buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const placement::PipelineLink& link = solved.request.links[buffers[i].link];
    const graph::Vertex& memory = topology.vertex(buffers[i].memory);
    api::Grant grant;
    grant.stage = link.from == placement::kHost
                      ? "host"
                      : solved.request.stages[link.from].name;
    grant.kind = "buffer";
    grant.device = memory.key;
    grant.link = static_cast<std::int64_t>(buffers[i].link);
    grant.size = link.buffer->size.value();
    if (i < made.size() && made[i].valid()) {
      grant.fd = std::move(made[i]);
    } else {
      ACCELD_TRY(grant.fd, MakeBuffer("acceld:" + memory.key, link.buffer->size,
                                      NodeOf(memory), root_));
    }
    grants.push_back(std::move(grant));
  }
  return {};
}

}  // namespace acceld::daemon
