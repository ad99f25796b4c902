// QAT: Intel's QuickAssist devices, their models, what their configuration
// offers, and their health.
//
// The drivers have no node for programs: a physical function serves the
// kernel's crypto API, and each virtual function, bound to a VFIO driver, one
// program. What a virtual function can do is what its physical function is
// configured for.
//
// Source: Documentation/ABI/testing/sysfs-driver-qat (state and cfg_services,
// Linux 6.0; num_rps, 6.7; auto_reset, 6.9), sysfs-driver-qat_ras (6.7),
// drivers/crypto/intel/qat (device ids; capabilities in get_accel_cap).
// No threading rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/health_report.h"

namespace acceld::probes {

inline constexpr std::int64_t kIntel = 0x8086;

struct QatModel {
  std::string_view name;  // "4xxx"
  std::int64_t physical;  // PCI device ids
  std::int64_t virtual_function;
  // Whether cfg_services says what it does; else it does all at once.
  bool is_configurable;
};

// Null where the device of this vendor is none.
[[nodiscard]] const QatModel* FindQatPhysical(std::int64_t vendor,
                                              std::int64_t device);
[[nodiscard]] const QatModel* FindQatVirtual(std::int64_t vendor,
                                             std::int64_t device);

// The services of a physical function whose directory is `path`: "sym", "asym",
// "dc", "dcc", "decomp", sorted. Of a model that does all, all; nothing where
// cfg_services is absent or not readable. A word that is none of these is a
// fault and left out.
[[nodiscard]] std::optional<std::vector<std::string>> ReadQatServices(
    const FactReader& reader, const QatModel& model, const std::string& path);

// Functions of the vocabulary for one of these services.
[[nodiscard]] std::vector<std::string_view> QatFunctions(
    const QatModel& model, std::string_view service);

// From `state` (down: failed) and qat_ras (since the device was started: a
// fatal error, failed; a non-fatal one, degraded; errors that were corrected
// say nothing). Says nothing where neither is there.
[[nodiscard]] HealthReport ReadQatHealth(const FactReader& reader,
                                         const std::string& path);

// Every function that QatFunctions can answer.
[[nodiscard]] std::vector<std::string_view> MappedQatFunctions();

}  // namespace acceld::probes
