// Hanging: the tree in which people read a machine. The topology is a graph;
// here every vertex gets at most one place, and what the tree cannot hold
// (socket links, fabrics, shared memory) is left to be listed beside it.
//
//   machine -> package -> NUMA node -> memory, host bridge -> port ->
//   PCI function -> accelerator -> engine
//
// Immutable after construction; refers to the topology, which must outlive it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "graph/topology.h"

namespace acceld::graph {

class Hanging {
 public:
  explicit Hanging(const Topology& topology);

  [[nodiscard]] const Topology& topology() const { return topology_; }
  // What hangs under no other vertex, in reading order. IOMMU units are not
  // among them: they have a section of their own.
  [[nodiscard]] std::span<const VertexId> roots() const { return roots_; }
  // In reading order: memory, then nodes, then buses, each by natural order.
  [[nodiscard]] std::span<const VertexId> ChildrenOf(VertexId id) const {
    return children_[id.value()];
  }
  [[nodiscard]] std::optional<VertexId> ParentOf(VertexId id) const {
    return parents_[id.value()];
  }
  // Whether the link joins a vertex and its parent (so the tree shows it).
  [[nodiscard]] bool Shows(const Link& link) const;
  // The link by which the vertex hangs at its parent; null where it hangs by a
  // relation only.
  [[nodiscard]] const Link* UplinkOf(VertexId id) const;

 private:
  void Hang(VertexId child, std::optional<VertexId> parent);
  void HangBuses();
  void SpreadFrom(std::vector<VertexId> front);
  void HangOthers();
  void CutWhereTooDeep();
  void SortChildren();
  [[nodiscard]] std::optional<VertexId> PlaceOf(const Vertex& vertex) const;
  [[nodiscard]] std::optional<VertexId> PlaceOfMemory(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> PlaceOfDevice(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> NodeOrPackageOf(VertexId id) const;

  const Topology& topology_;
  std::vector<std::optional<VertexId>> parents_;  // by id
  std::vector<std::vector<VertexId>> children_;   // by id
  std::vector<VertexId> roots_;
};

// The other end of `link`. Requires: `id` is one of its ends.
[[nodiscard]] VertexId OtherEnd(const Link& link, VertexId id);

// Whether the vertex is of a PCI bus: host bridge, port or function.
[[nodiscard]] bool IsBusPart(VertexKind kind);

}  // namespace acceld::graph
