// Ports of an RDMA device.
// Values; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

struct RdmaPort {
  int number = 0;          // from 1
  std::string state;       // "ACTIVE", "DOWN"; empty: not known
  std::string phys_state;  // "LinkUp", "Polling", "Disabled"
  std::string link_layer;  // "InfiniBand", "Ethernet"
  std::string rate_text;   // "100 Gb/sec (4X EDR)"
  std::optional<BytesPerSecond> rate;
  // Whether data passes: "ACTIVE", or "ACTIVE_DEFER" (for a while longer).
  [[nodiscard]] bool IsActive() const { return state.starts_with("ACTIVE"); }
};

// Of a device's "ports" directory, in the order of their numbers.
// Source: ports/N/{state,phys_state,rate,link_layer}
// (Documentation/ABI/stable/sysfs-class-infiniband).
[[nodiscard]] std::vector<RdmaPort> ReadRdmaPorts(const FactReader& reader,
                                                  const std::string& directory);

// "1: ACTIVE 100 Gb/sec (4X EDR) InfiniBand"
[[nodiscard]] std::string ToText(const RdmaPort& port);

// The number before " Gb/sec" in "2.5 Gb/sec (1X SDR)": 10^9 bits a second.
[[nodiscard]] std::optional<BytesPerSecond> ParseRdmaRate(
    std::string_view text);

}  // namespace acceld::probes
