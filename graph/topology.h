// Topology: one immutable snapshot of a machine as a graph, built from a
// FactSet and never changed. Shared as shared_ptr<const Topology>; a change of
// the machine makes a new one with a higher generation.
//
// Thread-safe: all const methods may be called from several threads (distance
// rows are computed once, on first use, and kept).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/topology_terms.h"
#include "base/units.h"
#include "graph/parts.h"
#include "probes/fact.h"

namespace acceld::graph {

class Topology {
 public:
  // Builds a snapshot. Never fails: facts that contradict or dangle become
  // faults of the topology. `generation` is the caller's count. Distances
  // known of `before`, the snapshot that this one replaces, are taken over
  // where no change can have touched them (graph/route_changes.h).
  [[nodiscard]] static std::shared_ptr<const Topology> Build(
      probes::FactSet facts, std::uint64_t generation,
      const Topology* before = nullptr);
  ~Topology();
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  [[nodiscard]] std::uint64_t generation() const;
  [[nodiscard]] std::span<const Vertex> vertices() const;
  [[nodiscard]] std::span<const Link> links() const;
  [[nodiscard]] std::span<const Relation> relations() const;
  [[nodiscard]] std::span<const probes::Fault> faults() const;

  // Requires: `id` is of this snapshot.
  [[nodiscard]] const Vertex& vertex(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> Find(std::string_view key) const;
  // Indices into links().
  [[nodiscard]] std::span<const std::uint32_t> LinksOf(VertexId id) const;
  // Vertices that `id` has a relation of `kind` to / from, in id order.
  [[nodiscard]] std::vector<VertexId> RelatedFrom(VertexId id,
                                                  RelationKind kind) const;
  [[nodiscard]] std::vector<VertexId> RelatedTo(VertexId id,
                                                RelationKind kind) const;

  // Nothing where no path leads from one to the other. Traffic does not pass
  // through accelerators, engines, memory targets, NICs and storage: they are
  // ends only. What belongs to such an end (an engine, a memory of no NUMA
  // node that the device shares) is reached through it.
  [[nodiscard]] std::optional<Distance> DistanceBetween(VertexId from,
                                                        VertexId to) const;
  // The same without the path: what the solver reads. O(1) once the row of
  // `from` was computed (one sweep, graph/contraction.h).
  struct Cost {
    bool reachable = false;
    Nanoseconds latency;
    BytesPerSecond bandwidth;
  };
  [[nodiscard]] Cost CostBetween(VertexId from, VertexId to) const;
  [[nodiscard]] Locality LocalityOf(VertexId a, VertexId b) const;

  // Where a vertex hangs: the NUMA node, package, PCI function, nearest
  // switch, root port or host bridge that `id` is on or below. Nothing where
  // it has none (or more than one, as a memory shared by two packages).
  [[nodiscard]] std::optional<VertexId> NumaNodeOf(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> PackageOf(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> FunctionOf(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> SwitchOf(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> RootPortOf(VertexId id) const;
  [[nodiscard]] std::optional<VertexId> HostBridgeOf(VertexId id) const;

 private:
  struct State;
  explicit Topology(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;  // BGL types stay in the .cc files
};

}  // namespace acceld::graph
