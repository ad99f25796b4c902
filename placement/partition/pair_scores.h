// PairScores: how well each two of some devices belong together, as NVIDIA's
// best-effort policy counts it: 100 for each NVLink between them, and 10 to 60
// by where their PCIe paths meet. Points, not a unit; more is better.
// A value; no threading rule.
// Source: NVIDIA/go-gpuallocator, gpuallocator/besteffort_policy.go
// (calculateGPUPairScore) and internal/links/device.go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "graph/parts.h"
#include "graph/topology.h"

namespace acceld::placement {

class PairScores {
 public:
  static constexpr std::size_t kMaxDevices = 32;
  using Row = std::array<std::int32_t, kMaxDevices>;  // by device

  // Symmetric; zero where nothing was set. Requires: both < kMaxDevices.
  [[nodiscard]] std::int32_t Of(std::size_t a, std::size_t b) const {
    return scores_[a][b];
  }
  [[nodiscard]] const Row& OfDevice(std::size_t a) const { return scores_[a]; }
  void Set(std::size_t a, std::size_t b, std::int32_t score) {
    scores_[a][b] = scores_[b][a] = score;
  }

 private:
  std::array<Row, kMaxDevices> scores_{};
};

// The scores of accelerators of a snapshot, by their place in `devices`.
// PCIe: one board 60, one switch 50, one root port 40 (more than one switch),
// one host bridge 30, one NUMA node 20, else 10. NVLinks: what links of a
// fabric between the two carry in units of 25 GB/s, one NVLink of its second to
// fourth generation each way; a kernel tells neither their number nor their
// generation. Through a switch of the fabric they are none, as with NVIDIA: its
// policy counts links whose far end is the other GPU. Links that were
// folded into a hub (graph/fabric_fold.h) count as what they were.
// Requires: at most PairScores::kMaxDevices devices.
[[nodiscard]] PairScores ScorePairs(const graph::Topology& topology,
                                    std::span<const graph::VertexId> devices);

}  // namespace acceld::placement
