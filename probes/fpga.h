// What the kernel's FPGA core says of any FPGA: managers, which program one,
// and regions, which are programmed.
//
// Source: Documentation/ABI/testing/sysfs-class-fpga-manager (name and state,
// Linux 4.3; status, 4.19), sysfs-class-fpga-region (compat_id, 4.19).
// Single-threaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/health_report.h"

namespace acceld::probes {

struct FpgaDevice {
  std::string name;  // "fpga0"
  std::string path;  // "sys/class/fpga_manager/fpga0"
  std::string real;  // where the link leads
};

// The devices of "fpga_manager" or "fpga_region", in the order of their names.
[[nodiscard]] std::vector<FpgaDevice> ReadFpgaClass(
    const FactReader& reader, std::string_view class_name);

// By the manager's `state`: programmed (ok), being programmed (degraded: it
// comes back), failed to be programmed, held in reset or without power
// (failed); "unknown" says nothing. Each line of `status`, errors of the last
// programming, is a reason to be degraded.
[[nodiscard]] HealthReport ReadFpgaManager(const FactReader& reader,
                                           const std::string& path);

// The region's compat_id as a UUID; empty where it has none.
[[nodiscard]] std::string ReadCompatId(const FactReader& reader,
                                       const std::string& path);

}  // namespace acceld::probes
