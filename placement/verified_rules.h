// Single rules of Verify(), written for themselves: they share nothing with
// the solver but the facts. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/topology_terms.h"
#include "graph/topology.h"
#include "placement/device_view.h"
#include "placement/placement.h"
#include "placement/request.h"

namespace acceld::placement {

// Whether the vertex is a memory of the kind ("device" only where asked for).
[[nodiscard]] bool CanHold(const graph::Vertex& memory,
                           std::optional<MemoryKind> kind);

// Whether the device can do what the stage asks, whoever holds it.
[[nodiscard]] bool CanServe(const DeviceView& device, const Stage& stage);

// Whether the vertex is a NUMA node with CPUs that the client may run on.
[[nodiscard]] bool CanRunClient(const graph::Vertex& node,
                                const Client& client);

// The devices of all replicas of the stages named.
[[nodiscard]] std::vector<graph::VertexId> MembersOf(
    const GroupConstraint& constraint, const Placement& placement);

// Whether both are known to be on the same thing, or to have the same value.
[[nodiscard]] bool OnSame(const graph::Topology& topology,
                          const std::string& attribute, graph::VertexId a,
                          graph::VertexId b);

// The devices at an end of a link: replicas, or the host.
[[nodiscard]] std::vector<graph::VertexId> EndsOf(const Placement& placement,
                                                  std::size_t stage);

// The memory of the link's buffer; nothing where it has none.
[[nodiscard]] std::optional<graph::VertexId> MemoryOf(
    const Placement& placement, std::size_t link);

// Reachability, locality, bandwidth and latency. Errors: kInternal.
[[nodiscard]] Status CheckLink(const Request& request,
                               const graph::Topology& topology,
                               const Placement& placement, std::size_t link);

}  // namespace acceld::placement
