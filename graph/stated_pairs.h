// StatedPairs: what firmware says of whole pairs (an initiator and a memory
// target, relation kAccess from HMAT or accessN), which stands above what the
// links on the way add up to.
// Immutable once built; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "graph/parts.h"

namespace acceld::graph {

// Absent where the firmware is silent.
struct StatedPair {
  std::optional<Sourced<Nanoseconds>> latency;       // "read_latency"
  std::optional<Sourced<BytesPerSecond>> bandwidth;  // "read_bandwidth"
};

class StatedPairs {
 public:
  // `vertices`: how many the snapshot has.
  StatedPairs(std::size_t vertices, std::span<const Relation> relations);

  // Null where nothing is stated. A pair holds in both directions: firmware
  // gives one number for reads, whichever way one looks at it.
  [[nodiscard]] const StatedPair* Find(VertexId from, VertexId to) const;
  [[nodiscard]] std::span<const VertexId> PartnersOf(VertexId id) const {
    return partners_[id.value()];
  }

 private:
  void Add(VertexId from, VertexId to, const StatedPair& pair);

  std::vector<std::vector<VertexId>> partners_;
  std::unordered_map<std::uint64_t, StatedPair> pairs_;  // by both ids
};

}  // namespace acceld::graph
