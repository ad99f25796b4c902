// The health of a DFL card and of its ports, from their error registers.
// Single-threaded.
//
// Source: Documentation/ABI/testing/sysfs-platform-dfl-fme (errors/*),
// sysfs-platform-dfl-port (errors/errors, power_state), Linux 5.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "probes/fact_reader.h"
#include "probes/health_report.h"

namespace acceld::probes {

// A register of 64 bits, "0x1f"; a fault where it is none.
[[nodiscard]] std::optional<std::uint64_t> ReadDflRegister(
    const FactReader& reader, const std::string& file);
[[nodiscard]] std::string RegisterText(std::uint64_t value);

// Of the management engine whose directory is `path`. Errors stay until
// somebody clears them: a catastrophic or fatal one, failed; any other,
// degraded.
[[nodiscard]] HealthReport ReadDflEngineHealth(const FactReader& reader,
                                               const std::string& path);

// Of a port: errors, degraded; throttled (AP1, AP2), degraded; stopped by
// throttling (AP6), failed.
[[nodiscard]] HealthReport ReadDflPortHealth(const FactReader& reader,
                                             const std::string& path);

}  // namespace acceld::probes
