// Attachments: where each vertex hangs (its device, switch, root port, host
// bridge, NUMA node, package), worked out once when a snapshot is built, and
// the locality classes that follow.
// Immutable once computed; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "graph/parts.h"

namespace acceld::graph {

// Places of one vertex. Nothing where it has none, or where the things it
// hangs on disagree (a memory that two packages share).
struct Places {
  std::optional<VertexId> function;
  std::optional<VertexId> switch_port;  // the nearest; its upstream port
  std::optional<VertexId> root_port;
  std::optional<VertexId> host_bridge;
  std::optional<VertexId> numa_node;
  std::optional<VertexId> package;
  // The physical device a part belongs to: engine -> accelerator -> function
  // -> physical function. The vertex itself where it is part of nothing, or
  // of several devices.
  VertexId device;
};

class Attachments {
 public:
  // Relations place first: kEngineOf, kAcceleratorOf, kMemoryOf,
  // kSharesMemory, kContains, kCachedBy; then links (PCIe, CXL, on-die, memory
  // bus) towards the CPUs; between two vertices of one kind, a link's `from`
  // is the parent. Where that leaves the NUMA node open, the attribute
  // "numa_node" decides. Complexity: linear in vertices, links and relations.
  [[nodiscard]] static Attachments Compute(std::span<const Vertex> vertices,
                                           std::span<const Link> links,
                                           std::span<const Relation> relations);

  [[nodiscard]] const Places& of(VertexId id) const {
    return places_[id.value()];
  }
  // Symmetric. Same device also: a device and a memory that it owns a part of.
  [[nodiscard]] Locality LocalityOf(VertexId a, VertexId b) const;

 private:
  [[nodiscard]] bool IsSameDevice(VertexId a, VertexId b) const;

  std::vector<Places> places_;                 // by vertex
  std::vector<std::vector<VertexId>> owners_;  // by memory: devices, sorted
};

}  // namespace acceld::graph
