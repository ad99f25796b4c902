// The access matrix: what it costs each initiator node to reach each memory,
// put together from three sources, best first: HMAT (the whole matrix, root
// only: probes/hmat_nodes.h), the kernel's access classes (the best initiators
// of each memory), and SLIT (relative latencies only).
//
// Value types; single-threaded. Used by the NUMA probe.
#pragma once

#include <map>
#include <optional>
#include <span>

#include "base/attribute.h"
#include "base/sys_root.h"
#include "base/units.h"
#include "probes/fact.h"
#include "probes/numa_nodes.h"

namespace acceld::probes {

// From one initiator to one memory. "Read" is towards the initiator. Latencies
// are at most 1 s, bandwidths at most 2^60 bytes/s: sources refuse more.
struct AccessCell {
  std::optional<Sourced<Nanoseconds>> read_latency;
  std::optional<Sourced<Nanoseconds>> write_latency;
  std::optional<Sourced<BytesPerSecond>> read_bandwidth;
  std::optional<Sourced<BytesPerSecond>> write_bandwidth;
  bool unreachable = false;  // the firmware says so

  // Nothing is known of the pair.
  [[nodiscard]] bool IsEmpty() const;
  // The firmware gives at least one of the values.
  [[nodiscard]] bool IsStated() const;
  // The write value, or the read value where only that is known; and the
  // other way round.
  [[nodiscard]] std::optional<Sourced<Nanoseconds>> LatencyOut() const;
  [[nodiscard]] std::optional<Sourced<Nanoseconds>> LatencyIn() const;
  [[nodiscard]] std::optional<Sourced<BytesPerSecond>> BandwidthOut() const;
  [[nodiscard]] std::optional<Sourced<BytesPerSecond>> BandwidthIn() const;
  // Takes from `other` what is not known here.
  void FillFrom(const AccessCell& other);
};

struct NodePair {
  int initiator = 0;
  int target = 0;
  friend auto operator<=>(const NodePair&, const NodePair&) = default;
};

// By OS node numbers. A pair that no source knows is not in it.
using AccessMatrix = std::map<NodePair, AccessCell>;

// Null where the pair is not in the matrix.
[[nodiscard]] const AccessCell* FindCell(const AccessMatrix& matrix,
                                         int initiator, int target);

// The kernel's access classes: class 1 (CPUs) where it exists; initiators that
// only class 0 names (generic initiators) with their values of class 0.
// Source: Documentation/ABI/stable/sysfs-devices-node:
// nodeN/access{0,1}/initiators/{read,write}_{latency,bandwidth} in ns and
// MiB/s.
[[nodiscard]] AccessMatrix ReadAccessClasses(const SysRoot& root,
                                             std::span<const NumaNode> nodes,
                                             FactSet& facts);

// Latencies by SLIT for every CPU node and memory that `matrix` has no latency
// of: a known latency of the same memory scaled by the ratio of distances, or
// else kAssumedLocalLatency x distance / 10. Bandwidths cannot be told from
// distances and stay unknown. Pairs at distance 255 stay out.
void AddDistanceLatencies(std::span<const NumaNode> nodes,
                          AccessMatrix& matrix);

// What a load from a node's own DDR takes on servers of the last ten years,
// within a quarter; used only where no firmware says anything.
inline constexpr Nanoseconds kAssumedLocalLatency{100};

}  // namespace acceld::probes
