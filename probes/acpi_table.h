// The parts that all ACPI tables share: the header and little-endian fields.
// Pure functions on outside bytes; no threading rule.
// Source: ACPI 6.5, section 5.2.6 "System Description Table Header".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace acceld::probes {

struct AcpiTable {
  int revision = 0;
  std::string_view body;  // what follows the 36-byte header
};

// Checks signature, length and checksum. Bytes after the stated length are
// ignored. The view lives as long as `bytes`.
// Errors: kCorruptInput. A wrong checksum counts, although Linux only warns:
// the values steer placement, and sysfs has its own copy of the best of them.
[[nodiscard]] Result<AcpiTable> ParseAcpiTable(std::string_view bytes,
                                               std::string_view signature);

// The little-endian number of `width` bytes (1, 2, 4 or 8) at `offset`.
// Requires: it lies within `bytes` (parsers check a structure's length first).
[[nodiscard]] std::uint64_t LittleEndianAt(std::string_view bytes,
                                           std::size_t offset,
                                           std::size_t width);

}  // namespace acceld::probes
