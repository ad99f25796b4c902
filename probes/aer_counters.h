// Counters of PCIe errors as the kernel keeps them for one function.
// Pure; no threading rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace acceld::probes {

struct AerCount {
  std::string kind;  // "CmpltTO": the kernel's word
  std::int64_t count = 0;
};

// The kinds that were counted at least once, without the total (which counts
// messages; one message may carry several errors).
// Errors: kCorruptInput where a line is not "KIND NUMBER".
// Source: Documentation/ABI/testing/sysfs-bus-pci-devices-aer:
// aer_dev_fatal, aer_dev_nonfatal (Linux 4.19).
[[nodiscard]] Result<std::vector<AerCount>> ParseAerCounters(
    std::string_view text);

}  // namespace acceld::probes
