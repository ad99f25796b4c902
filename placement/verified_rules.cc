#include "placement/verified_rules.h"

#include <utility>

#include "base/cpu_list.h"
#include "policy/selector.h"

namespace acceld::placement {
namespace {

std::string Text(const graph::Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  return value == nullptr ? std::string() : ToText(*value);
}

bool Equal(std::optional<graph::VertexId> a, std::optional<graph::VertexId> b) {
  return a && b && *a == *b;
}

struct Leg {
  bool reachable = false;
  Nanoseconds latency;
};

// From one vertex to another with at least the bandwidth that is asked for.
Leg LegBetween(const graph::Topology& topology, graph::VertexId from,
               graph::VertexId to, const LinkRequirement& require) {
  if (from == to) return {true, Nanoseconds(0)};
  const graph::Topology::Cost path = topology.CostBetween(from, to);
  if (!path.reachable || path.bandwidth.value() <= 0) return {};
  if (require.min_bandwidth && path.bandwidth < *require.min_bandwidth) {
    return {};
  }
  return {true, path.latency};
}

}  // namespace

bool CanHold(const graph::Vertex& memory, std::optional<MemoryKind> kind) {
  if (memory.kind != VertexKind::kMemoryTarget) return false;
  if (Text(memory, "online") == "false") return false;
  const std::string text = Text(memory, attr::kMemoryKind);
  return kind ? text == Name(*kind) : text != Name(MemoryKind::kDevice);
}

bool CanServe(const DeviceView& device, const Stage& stage) {
  const auto* offered =
      device.GetAs<std::vector<std::string>>(attr::kFunctions);
  if (offered == nullptr || device.HasFailed()) return false;
  bool has_function = false;
  for (const std::string& function : *offered) {
    has_function = has_function || function == stage.function;
  }
  if (!has_function) return false;
  if (!policy::MatchesAll(stage.select, device)) return false;
  if (stage.grant == GrantNeed::kPath && !HasPath(device)) return false;
  if (stage.grant == GrantNeed::kNone && IsVfio(device)) return false;
  // VFIO: by the function that stands for its group, of which the kernel keeps
  // nothing.
  const auto* viable = device.GetAs<bool>("vfio_viable");
  if (viable != nullptr && !*viable) return false;
  if (device.Get("vfio_leader") != nullptr) return false;
  const auto* sva = device.GetAs<std::string>(attr::kSva);
  return stage.sva != SvaNeed::kRequired || sva == nullptr || *sva != "no";
}

bool CanRunClient(const graph::Vertex& node, const Client& client) {
  if (node.kind != VertexKind::kNumaNode) return false;
  const auto cpus = ParseCpuList(Text(node, attr::kCpus));
  if (!cpus) return false;
  for (const std::int64_t cpu : *cpus) {
    if (client.cpus.empty()) return true;
    for (const std::int64_t wanted : client.cpus) {
      if (cpu == wanted) return true;
    }
  }
  return false;
}

std::vector<graph::VertexId> MembersOf(const GroupConstraint& constraint,
                                       const Placement& placement) {
  std::vector<graph::VertexId> members;
  for (const std::size_t stage : constraint.stages) {
    const auto of_stage = EndsOf(placement, stage);
    members.insert(members.end(), of_stage.begin(), of_stage.end());
  }
  return members;
}

bool OnSame(const graph::Topology& topology, const std::string& attribute,
            graph::VertexId a, graph::VertexId b) {
  const DeviceView of_a(topology, a);
  const DeviceView of_b(topology, b);
  if (attribute == "device") return of_a.owner() == of_b.owner();
  if (attribute == "switch") {
    return Equal(topology.SwitchOf(a), topology.SwitchOf(b));
  }
  if (attribute == "root-port") {
    return Equal(topology.RootPortOf(a), topology.RootPortOf(b));
  }
  if (attribute == "host-bridge") {
    return Equal(topology.HostBridgeOf(a), topology.HostBridgeOf(b));
  }
  if (attribute == "numa") {
    return Equal(topology.NumaNodeOf(a), topology.NumaNodeOf(b));
  }
  if (attribute == "package") {
    return Equal(topology.PackageOf(a), topology.PackageOf(b));
  }
  const std::string name =
      attribute == "iommu-group" ? std::string(attr::kIommuGroup) : attribute;
  const AttributeValue* value_a = of_a.Get(name);
  const AttributeValue* value_b = of_b.Get(name);
  return value_a != nullptr && value_b != nullptr &&
         ToText(*value_a) == ToText(*value_b);
}

std::vector<graph::VertexId> EndsOf(const Placement& placement,
                                    std::size_t stage) {
  if (stage == kHost) return {placement.host};
  std::vector<graph::VertexId> ends;
  for (const StageAssignment& one : placement.stages) {
    if (one.stage == stage) ends.push_back(one.device);
  }
  return ends;
}

std::optional<graph::VertexId> MemoryOf(const Placement& placement,
                                        std::size_t link) {
  for (const BufferAssignment& one : placement.buffers) {
    if (one.link == link) return one.memory;
  }
  return std::nullopt;
}

Status CheckLink(const Request& request, const graph::Topology& topology,
                 const Placement& placement, std::size_t index) {
  const PipelineLink& link = request.links[index];
  const LinkRequirement& require = link.require;
  const auto wrong = [&](std::string_view what) {
    return Fail(
        ErrorCode::kInternal,
        "placement: link " + std::to_string(index) + ": " + std::string(what));
  };
  const auto memory = MemoryOf(placement, index);
  for (const graph::VertexId from : EndsOf(placement, link.from)) {
    for (const graph::VertexId to : EndsOf(placement, link.to)) {
      if (require.locality &&
          topology.LocalityOf(from, to) > *require.locality) {
        return wrong("its ends are too far apart");
      }
      const Leg first =
          LegBetween(topology, from, memory.value_or(to), require);
      const Leg second = LegBetween(topology, memory.value_or(to), to, require);
      if (!first.reachable || !second.reachable) {
        return wrong("no path, or one that is too narrow");
      }
      if (require.max_latency &&
          first.latency + second.latency > *require.max_latency) {
        return wrong("the path takes too long");
      }
    }
  }
  return {};
}

}  // namespace acceld::placement
