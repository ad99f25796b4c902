// Doors: hardware that can be handed out in two ways. A PCI function that the
// kernel's driver offers and that VFIO would take from that driver is one piece
// of hardware behind two devices: while the one is leased the other cannot be.
// A VFIO device takes its whole IOMMU group, so it can be another door of
// several devices.
//
// Immutable once made; thread-safe.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "graph/topology.h"

namespace acceld::placement {

class Doors {
 public:
  // Complexity: one look at each accelerator, and at what shares a group with
  // a VFIO device.
  explicit Doors(const graph::Topology& topology);

  // The devices that are the same hardware as `device`; mostly none.
  [[nodiscard]] std::span<const graph::VertexId> OthersOf(
      graph::VertexId device) const;
  // Whether `device` takes the hardware from all its others.
  [[nodiscard]] bool TakesAll(graph::VertexId device) const;

 private:
  void AddVfio(const graph::Topology& topology, const graph::Vertex& device);

  struct Entry {
    std::vector<graph::VertexId> others;
    bool takes_all = false;
  };
  std::unordered_map<graph::VertexId, Entry> entries_;
};

}  // namespace acceld::placement
