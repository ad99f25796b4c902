// DAX devices: memory that is set aside (CXL regions, NVDIMMs, what firmware
// calls special-purpose memory) and is mapped by programs, or given to the
// kernel as system RAM.
// Values; no threading rule.
// Source: /sys/bus/dax/devices (Documentation/ABI/testing/sysfs-bus-dax).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/topology_terms.h"
#include "base/units.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// The most that is believed of one: 64 TiB. As many as SysRoot lists of a
// directory still fit an int64_t.
inline constexpr Bytes kLargestDax{std::int64_t{1} << 46};

struct DaxDevice {
  std::string name;  // "dax0.0"
  std::string path;  // "sys/bus/dax/devices/dax0.0"
  std::string real;  // its place below sys/devices
  // Its memory belongs to the node `target_node` (the driver is kmem).
  bool is_system_ram = false;
  std::optional<int> target_node;  // the node that it is, or would become
  std::optional<Bytes> size;
  std::optional<std::int64_t> start;  // physical address; only root sees it
  // By the devices above it: a CXL region has a "dax_regionN" (volatile) or an
  // "nvdimm-bridgeN" (persistent) below it, an NVDIMM bus is "ndbusN". Nothing
  // for firmware's special-purpose memory ("hmem.N"), which may be of any kind.
  std::optional<MemoryKind> kind;
};

// All of them that lead somewhere. Sizes beyond what a machine can have are
// faults.
[[nodiscard]] std::vector<DaxDevice> ReadDaxDevices(const FactReader& reader);

}  // namespace acceld::probes
