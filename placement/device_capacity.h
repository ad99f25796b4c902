// What is left of a device: opens, memory and PASIDs, from what the probes saw
// and what the leases hold. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/device_view.h"
#include "placement/occupancy.h"
#include "placement/request.h"

namespace acceld::placement {

// How often a device can be opened ("instances").
struct InstanceCapacity {
  // Nothing: no limit known to exist (a multi-app device).
  std::optional<std::int64_t> total;
  std::int64_t in_use = 0;           // by leases, or seen by the probe
  std::optional<std::int64_t> free;  // nothing: no limit; never negative
};

// Where the number of instances is not known, a single-shot or single-user
// device has one, a multi-app device no limit; a device whose class is not
// known either has one, so that no grant is promised that open() refuses.
// `instances_free` bounds the rest: it also counts opens of programs that do
// not ask us. It is as old as the snapshot, hence only an upper bound.
[[nodiscard]] InstanceCapacity InstancesOf(const DeviceView& device,
                                           const Occupancy& occupancy);

// The opens that leases hold on the device ("spread" of the objective).
[[nodiscard]] DeviceUse UseOf(const Occupancy& occupancy,
                              const std::string& key);

// Where the device's memory is accounted: at the memory target of kind
// "device" that it has (buffers may be placed there as well), else at the part
// of the device that states its "memory".
struct MemoryPool {
  graph::VertexId vertex;
  bool is_target = false;
  Bytes total;
};
// Nothing where the device states no memory.
[[nodiscard]] std::optional<MemoryPool> MemoryPoolOf(
    const graph::Topology& topology, const DeviceView& device);
// Never negative.
[[nodiscard]] Bytes FreeMemory(const MemoryPool& pool,
                               const graph::Topology& topology,
                               const Occupancy& occupancy);
// Of a memory target, less its pools of huge pages; nothing where its capacity
// is not known.
[[nodiscard]] std::optional<Bytes> FreeMemoryOfTarget(
    const graph::Vertex& target, const Occupancy& occupancy);

// Whether opening the device binds the opener's address space and so costs a
// system-wide PASID: uacce, idxd and amdxdna do (KFD numbers its own).
// Source: drivers/misc/uacce/uacce.c uacce_bind_queue(), drivers/dma/idxd/
// cdev.c idxd_cdev_open(), drivers/accel/amdxdna: all iommu_sva_bind_device().
[[nodiscard]] bool BindsOpener(const DeviceView& device);
// Whether it costs one when it serves a stage with this need: besides these,
// any device with a PASID width that is to share the address space.
[[nodiscard]] bool UsesPasid(const DeviceView& device, SvaNeed need);

// How many PASIDs a client takes that are not taken already.
[[nodiscard]] std::int64_t NewPasids(const Client& client);

// How many address spaces a device of this PASID width can serve: 2^width
// less PASID 0 (requests without one) and one that the kernel takes for its
// own DMA (idxd's system PASID). `width` outside 1..20 is taken as the nearest.
// Source: drivers/iommu/iommu-sva.c: range [1, max_pasids - 1], lowest free.
[[nodiscard]] std::int64_t PasidsWithin(std::int64_t width);

}  // namespace acceld::placement
