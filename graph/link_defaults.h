// What the graph assumes of a link that no fact rates, so that every link has
// a bandwidth and a latency. Order-of-magnitude values: they rank a path over
// two sockets behind one under a switch; they promise nothing. Whatever is
// taken from here carries Evidence::kAssumed and names its row.
// Pure; no threading rule.
#pragma once

#include <optional>
#include <span>

#include "base/topology_terms.h"
#include "graph/parts.h"

namespace acceld::graph {

// The default of one direction of a link, provenance included.
[[nodiscard]] Rate DefaultRate(LinkKind kind);

// Usable bandwidth of one direction of a PCIe link whose attributes hold
// "speed" (MegaTransfers) and "width" (Lanes): line rate times encoding
// efficiency, in whole MB/s, with evidence kComputed. Protocol overhead
// (headers, flow control) is not taken off. Nothing where an attribute is
// missing or zero. Source: PCI Express Base Specification 6.0, 4.2.1
// (8b/10b), 4.2.2 (128b/130b) and 4.2.3 (flit mode, 242 of 256 bytes).
[[nodiscard]] std::optional<Sourced<BytesPerSecond>> PcieBandwidth(
    std::span<const Attribute> attributes);

}  // namespace acceld::graph
