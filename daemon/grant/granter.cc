#include "daemon/grant/granter.h"

#include <optional>
#include <utility>

#include "daemon/grant/buffer.h"
#include "daemon/soft/functions/table.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

// The grant kind of a device (of an engine: its accelerator's), "" where the
// probe gave none.
std::string_view KindOf(const graph::Topology& topology,
                        graph::VertexId device) {
  const placement::DeviceView view(topology, device);
  const auto* text = view.GetAs<std::string>(attr::kGrant);
  return text == nullptr ? std::string_view() : std::string_view(*text);
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

// The function of the soft queue that stands in for a device. What software
// does not do (compute/gpu) gets a queue that copies: enough for a client to
// bind, to move its buffers and to be written against.
std::string Granter::QueueFunction(const std::string& asked) const {
  if (mode_ != GrantMode::kStandIn || soft::FindFunction(asked) != nullptr) {
    return asked;
  }
  return "copy";
}

placement::Grantable Granter::Grantable(
    std::shared_ptr<const graph::Topology> topology) const {
  if (mode_ != GrantMode::kDevices) {
    return [](const graph::Vertex&) { return true; };
  }
  return [topology = std::move(topology)](const graph::Vertex& device) {
    const std::string_view kind = KindOf(*topology, device.id);
    return kind == "soft" || kind == "fd";
  };
}

Result<Granter::Opened> Granter::OpenNodes(
    const SolvedRequest& solved, const graph::Topology& topology) const {
  Opened opened(solved.solved.placement.stages.size());
  if (mode_ != GrantMode::kDevices) return opened;
  for (std::size_t i = 0; i < opened.size(); ++i) {
    const auto& assignment = solved.solved.placement.stages[i];
    const graph::Vertex& device = topology.vertex(assignment.device);
    if (KindOf(topology, device.id) != "fd") continue;
    const auto node = NodeOf(placement::DeviceView(topology, device.id));
    if (!node) return Fail(Error(node.error()).In(device.key));
    auto fd = opener_.Open(node->path, node->number);
    if (!fd) return Fail(std::move(fd.error()).In(device.key));
    opened[i] = *std::move(fd);
  }
  return opened;
}

Result<Granter::Granted> Granter::Make(uid_t user, const SolvedRequest& solved,
                                       const graph::Topology& topology,
                                       Opened opened) {
  Granted granted;
  const auto undo = [&](Error error) {
    for (const soft::QueueId queue : granted.queues) (void)Close(user, queue);
    return Fail(std::move(error));
  };
  const auto& assignments = solved.solved.placement.stages;
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    const placement::Stage& stage = solved.request.stages[assignments[i].stage];
    api::Grant grant;
    grant.stage = stage.name;
    grant.replica = assignments[i].replica;
    grant.device = topology.vertex(assignments[i].device).key;
    grant.function = stage.function;
    grant.kind = opened[i].valid() ? "fd" : "soft";
    grant.fd = std::move(opened[i]);
    if (!grant.fd.valid()) {
      const soft::QueueId queue(next_queue_++);
      // A described machine's CPUs are not this machine's.
      const std::string cpus = mode_ == GrantMode::kDevices
                                   ? CpusNear(topology, assignments[i].device)
                                   : std::string();
      auto end = pool_.Attach(user, queue, QueueFunction(stage.function), cpus);
      if (!end) return undo(std::move(end.error()));
      grant.fd = *std::move(end);
      granted.queues.push_back(queue);
    }
    granted.grants.push_back(std::move(grant));
  }
  if (auto added = AddBuffers(solved, topology, granted.grants); !added) {
    return undo(std::move(added.error()));
  }
  return granted;
}

Status Granter::AddBuffers(const SolvedRequest& solved,
                           const graph::Topology& topology,
                           std::vector<api::Grant>& grants) const {
  for (const auto& assignment : solved.solved.placement.buffers) {
    const placement::PipelineLink& link = solved.request.links[assignment.link];
    const graph::Vertex& memory = topology.vertex(assignment.memory);
    api::Grant grant;
    grant.stage = link.from == placement::kHost
                      ? "host"
                      : solved.request.stages[link.from].name;
    grant.kind = "buffer";
    grant.device = memory.key;
    grant.link = static_cast<std::int64_t>(assignment.link);
    grant.size = link.buffer->size.value();
    const auto node =
        mode_ == GrantMode::kDevices ? OsIndexOf(memory) : std::nullopt;
    ACCELD_TRY(grant.fd, MakeBuffer("acceld:" + memory.key, link.buffer->size,
                                    node, root_));
    grants.push_back(std::move(grant));
  }
  return {};
}

}  // namespace acceld::daemon
