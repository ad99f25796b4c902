// Packages of KFD's GPU nodes: a GPU that the driver was told to split (MI300
// in CPX mode) is several nodes, of which each has compute units of its own and
// all have one PCI function and one stack of memory.
// Values; single-threaded. Used by the KFD probe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "base/units.h"
#include "probes/fact_index.h"
#include "probes/kfd_topology.h"
#include "probes/pci_address.h"

namespace acceld::probes {

struct KfdPackage {
  std::vector<const KfdNode*> nodes;  // by index, at least one
  PciAddress address;                 // of the function
  bool is_known = false;              // the PCI probe found the function
};

// Nodes are of one package where a link of the weight of such links joins them,
// or where they have one unique_id and sit in one slot: the function's number
// does not count, for some drivers put the partition's number there (ROCm 6;
// Linux 6.8 and later put it into bits 28 to 31 of location_id).
// In the order of their first nodes, which point into `nodes`.
[[nodiscard]] std::vector<KfdPackage> FindKfdPackages(
    const std::vector<KfdNode>& nodes, const FactIndex& index);

// The memory of a node's own: what the driver would let it allocate.
struct KfdShare {
  Bytes size;               // of all its banks of device memory
  bool is_one = false;      // one bank: the size is the driver's own number
  std::string path;         // of the first bank
  std::uint64_t width = 0;  // bits of the whole package's bus; 0: not known
  std::uint64_t clock = 0;  // MHz; 0: not known
};
// Nothing where it has none (an APU's GPU uses the machine's memory).
[[nodiscard]] std::optional<KfdShare> ShareOf(const KfdNode& node);

// High-bandwidth memory is told by its bus: 1,024 bits a stack (JESD235 to
// JESD238), while GDDR is at most 512 bits wide.
[[nodiscard]] MemoryKind KindOf(const KfdShare& share);

// Bus width in bytes times clock times transfers a clock, for HBM only: two
// (double data rate) up to gfx90a; four on gfx94x and later, where the driver
// gives the clock of HBM3's command bus (MI300X: 8,192 bits at 1,300 MHz are
// its 5.3 TB/s). GDDR has more transfers a clock, a number that the driver does
// not give: nothing.
[[nodiscard]] std::optional<Sourced<BytesPerSecond>> BandwidthOf(
    const KfdShare& share, std::uint64_t gfx_target_version);

}  // namespace acceld::probes
