#include "probes/hmat.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "probes/acpi_table.h"

namespace acceld::probes {
namespace {

// The table's header is followed by four reserved bytes.
constexpr std::size_t kReservedSize = 4;
// Type (2), reserved (2), length (4).
constexpr std::size_t kStructureHeader = 8;

constexpr std::uint64_t kLocalityType = 1;
constexpr std::size_t kLocalityFixedSize = 32;
constexpr std::uint64_t kMemoryHierarchyMask = 0x0f;  // 0: the memory itself

constexpr std::uint64_t kCacheType = 2;
constexpr std::size_t kCacheFixedSize = 32;

// What no memory has: 1 s, and 2^60 bytes/s. Sums and products of values below
// them do not overflow later on.
constexpr std::uint64_t kLongestLatency = 1'000'000'000;
constexpr std::uint64_t kWidestBandwidth = std::uint64_t{1} << 60;

constexpr std::uint64_t kNotGiven = 0;
constexpr std::uint64_t kUnreachable = 0xffff;

// The values of a locality structure's data type field.
enum DataType : std::uint64_t {
  kAccessLatency,
  kReadLatency,
  kWriteLatency,
  kAccessBandwidth,
  kReadBandwidth,
  kWriteBandwidth,
  kDataTypes,
};

using Cells = std::map<std::pair<ProximityDomain, ProximityDomain>, HmatCell>;

tl::unexpected<Error> Corrupt(std::string what) {
  return Fail(ErrorCode::kCorruptInput, "HMAT: " + std::move(what));
}

bool IsLatency(std::uint64_t data_type) { return data_type <= kWriteLatency; }

// entry x base, as nanoseconds or bytes per second.
// Revision 1 counts in tenths of a nanosecond or of a MB/s, revision 2 in
// picoseconds and MB/s.
Result<std::int64_t> Normalized(std::uint64_t entry, std::uint64_t base,
                                int revision, std::uint64_t data_type) {
  std::uint64_t value = 0;
  if (__builtin_mul_overflow(entry, base, &value)) {
    return Corrupt("a value is out of range");
  }
  const std::uint64_t divisor =
      revision == 1 ? 10 : (IsLatency(data_type) ? 1000 : 1);
  value = value / divisor + (value % divisor == 0 ? 0 : 1);
  const std::uint64_t scale = IsLatency(data_type) ? 1 : std::uint64_t{1} << 20;
  if (__builtin_mul_overflow(value, scale, &value) ||
      value > (IsLatency(data_type) ? kLongestLatency : kWidestBandwidth)) {
    return Corrupt("a value is out of range");
  }
  return static_cast<std::int64_t>(value);
}

void Store(HmatCell& cell, std::uint64_t data_type, std::int64_t value) {
  switch (data_type) {
    case kAccessLatency:
      cell.read_latency = cell.write_latency = Nanoseconds(value);
      break;
    case kReadLatency:
      cell.read_latency = Nanoseconds(value);
      break;
    case kWriteLatency:
      cell.write_latency = Nanoseconds(value);
      break;
    case kAccessBandwidth:
      cell.read_bandwidth = cell.write_bandwidth = BytesPerSecond(value);
      break;
    case kReadBandwidth:
      cell.read_bandwidth = BytesPerSecond(value);
      break;
    default:  // kWriteBandwidth: the caller let no other through
      cell.write_bandwidth = BytesPerSecond(value);
      break;
  }
}

// System Locality Latency and Bandwidth Information: flags at 8, data type at
// 9, numbers of initiators and targets at 12 and 16, entry base unit at 24,
// then both lists of domains (4 bytes each) and the matrix, row by initiator
// (2 bytes an entry).
Status ParseLocality(std::string_view bytes, int revision, Cells& cells) {
  if (bytes.size() < kLocalityFixedSize) return Corrupt("locality too short");
  if ((LittleEndianAt(bytes, 8, 1) & kMemoryHierarchyMask) != 0) return {};
  const std::uint64_t data_type = LittleEndianAt(bytes, 9, 1);
  if (data_type >= kDataTypes) return Corrupt("unknown data type");
  const std::uint64_t initiators = LittleEndianAt(bytes, 12, 4);
  const std::uint64_t targets = LittleEndianAt(bytes, 16, 4);
  const std::uint64_t base = LittleEndianAt(bytes, 24, 8);
  // Neither product can overflow: both factors are below 2^32.
  const std::uint64_t lists = (initiators + targets) * 4;
  const std::uint64_t room = bytes.size() - kLocalityFixedSize;
  if (lists > room || initiators * targets > (room - lists) / 2) {
    return Corrupt("a matrix is longer than its structure");
  }
  const std::string_view list = bytes.substr(kLocalityFixedSize);
  const std::string_view matrix = list.substr(lists);
  for (std::uint64_t i = 0; i < initiators; ++i) {
    for (std::uint64_t t = 0; t < targets; ++t) {
      const std::uint64_t entry =
          LittleEndianAt(matrix, (i * targets + t) * 2, 2);
      if (entry == kNotGiven) continue;
      const auto initiator =
          static_cast<ProximityDomain>(LittleEndianAt(list, i * 4, 4));
      const auto target = static_cast<ProximityDomain>(
          LittleEndianAt(list, (initiators + t) * 4, 4));
      HmatCell& cell = cells[{initiator, target}];
      cell.initiator = initiator;
      cell.target = target;
      if (entry == kUnreachable) {
        cell.unreachable = true;
        continue;
      }
      ACCELD_TRY(const std::int64_t value,
                 Normalized(entry, base, revision, data_type));
      if (value > 0) Store(cell, data_type, value);
    }
  }
  return {};
}

// Memory Side Cache Information: domain at 8, size at 16, attributes at 24.
Result<HmatCache> ParseCache(std::string_view bytes) {
  if (bytes.size() < kCacheFixedSize) return Corrupt("cache too short");
  const std::uint64_t size = LittleEndianAt(bytes, 16, 8);
  const std::uint64_t attributes = LittleEndianAt(bytes, 24, 4);
  const std::uint64_t associativity = attributes >> 8 & 0xf;
  const std::uint64_t policy = attributes >> 12 & 0xf;
  if (size > std::numeric_limits<std::int64_t>::max() || associativity > 2 ||
      policy > 2) {
    return Corrupt("impossible cache");
  }
  HmatCache cache;
  cache.domain = static_cast<ProximityDomain>(LittleEndianAt(bytes, 8, 4));
  cache.level = static_cast<int>(attributes >> 4 & 0xf);
  cache.size = Bytes(static_cast<std::int64_t>(size));
  cache.line_size = Bytes(static_cast<std::int64_t>(attributes >> 16));
  cache.associativity = static_cast<HmatAssociativity>(associativity);
  cache.write_policy = static_cast<HmatWritePolicy>(policy);
  return cache;
}

}  // namespace

Result<HmatTable> ParseHmat(std::string_view bytes) {
  ACCELD_TRY(const AcpiTable acpi, ParseAcpiTable(bytes, "HMAT"));
  if (acpi.revision != 1 && acpi.revision != 2) {
    return Fail(ErrorCode::kUnsupported,
                "HMAT of revision " + std::to_string(acpi.revision));
  }
  if (acpi.body.size() < kReservedSize) return Corrupt("too short");
  HmatTable table;
  Cells cells;
  for (std::string_view rest = acpi.body.substr(kReservedSize);
       !rest.empty();) {
    if (rest.size() < kStructureHeader) return Corrupt("cut short");
    const std::uint64_t type = LittleEndianAt(rest, 0, 2);
    const std::uint64_t length = LittleEndianAt(rest, 4, 4);
    if (length < kStructureHeader || length > rest.size()) {
      return Corrupt("a structure has an impossible length");
    }
    const std::string_view structure = rest.substr(0, length);
    if (type == kLocalityType) {
      ACCELD_TRY_VOID(ParseLocality(structure, acpi.revision, cells));
    } else if (type == kCacheType) {
      ACCELD_TRY(HmatCache cache, ParseCache(structure));
      table.caches.push_back(cache);
    }
    rest.remove_prefix(length);
  }
  for (const auto& [pair, cell] : cells) table.cells.push_back(cell);
  return table;
}

}  // namespace acceld::probes
