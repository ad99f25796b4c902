// The memories behind the CXL bus: regions, and what no region uses of a
// memory device.
// Single-threaded. Used by the CXL probe.
#pragma once

#include "probes/cxl_bus.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// A region whose memory is system RAM is the memory of a node that the NUMA
// probe found; it is told by
//  - the region's DAX device, if it is given to the kernel (target_node), or
//  - the online memory blocks in its range of addresses (firmware made the
//    region and gave it out as RAM).
// That memory gets cxl_region and what its regions agree on (interleave_ways,
// interleave_granularity, cxl_mode, cxl_read_latency, ...); where regions are
// most of it, memory_kind is "cxl".
//
// Any other region is a memory of its own, "memory:region0", and so is what no
// region uses of a memory device, "memory:mem0": with `online` false, capacity,
// and memory_kind "pmem" (persistent), "cxl", or "device" (of a CXL
// accelerator, type 2).
//
// The functions whose memory it is share it, all of an interleave.
// Requires: the facts of the NUMA and PCI probes are there.
// Source: regionZ/{size,resource,mode,interleave_*,targetN,commit,accessY},
// memX/{ram,pmem}/size, decoderX.Y/{dpa_size,mode,target_type},
// /sys/devices/system/memory/{block_size_bytes,memoryN/state},
// /sys/devices/system/node/nodeN/memoryM.
void AddCxlMemories(const FactReader& reader, const FactIndex& index,
                    const CxlBus& bus);

}  // namespace acceld::probes
