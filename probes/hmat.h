// HMAT, the ACPI Heterogeneous Memory Attribute Table: latency and bandwidth
// from every initiator to every memory, and the caches in front of memories.
// Linux exports only the best initiators of it (nodeN/access*), so the whole
// matrix has to come from the table.
//
// Pure parser of outside bytes; value types; no threading rule.
// Source: ACPI 6.5, section 5.2.28; ACPI 6.2 for revision 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace acceld::probes {

// A proximity domain: the firmware's number of a node (probes/srat.h maps it).
using ProximityDomain = std::uint32_t;

// One initiator and one target. Absent: the table does not give it.
struct HmatCell {
  ProximityDomain initiator = 0;
  ProximityDomain target = 0;
  std::optional<Nanoseconds> read_latency;
  std::optional<Nanoseconds> write_latency;
  std::optional<BytesPerSecond> read_bandwidth;
  std::optional<BytesPerSecond> write_bandwidth;
  bool unreachable = false;  // the table says so (0xffff)
};

enum class HmatAssociativity { kNone, kDirectMapped, kComplex };
enum class HmatWritePolicy { kNone, kWriteBack, kWriteThrough };

// A cache in front of the memory of one domain.
struct HmatCache {
  ProximityDomain domain = 0;
  int level = 0;  // 1 is the nearest to the memory's users
  Bytes size;
  Bytes line_size;
  HmatAssociativity associativity = HmatAssociativity::kNone;
  HmatWritePolicy write_policy = HmatWritePolicy::kNone;
};

struct HmatTable {
  std::vector<HmatCell> cells;    // sorted by initiator and target, each once
  std::vector<HmatCache> caches;  // in the table's order
};

// Parses a whole table, header included.
//
// Of the latency and bandwidth structures only those of the memory itself
// count, not those of its caches' levels. Where two give the same value of a
// cell, the later wins, as in Linux. Latencies are rounded up to whole
// nanoseconds, as in Linux. Bandwidths are taken in MiB/s: the specification
// says MB/s, but firmware, QEMU and the kernel's users count in 2^20.
// Structures of unknown types are skipped.
// Errors: kCorruptInput; kUnsupported for a revision other than 1 and 2.
// Complexity: O(n log n) in the size of the table.
[[nodiscard]] Result<HmatTable> ParseHmat(std::string_view bytes);

}  // namespace acceld::probes
