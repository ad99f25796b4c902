#include "probes/srat.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "probes/acpi_table.h"

namespace acceld::probes {
namespace {

// The table's header is followed by 12 reserved bytes.
constexpr std::size_t kReservedSize = 12;
constexpr std::uint64_t kEnabled = 1;  // bit 0 of every structure's flags

enum class Member { kCpu, kMemory, kGenericInitiator };

// Where a structure keeps its fields, by its type.
struct Layout {
  std::uint64_t type;
  std::size_t size;  // at least
  std::size_t domain;
  std::size_t flags;
  Member member;
};

constexpr std::uint64_t kLocalApic = 0;  // its domain is split in two
constexpr std::uint64_t kMemory = 1;
constexpr std::uint64_t kInitiator = 5;
constexpr Layout kLayouts[] = {
    {kLocalApic, 16, 2, 4, Member::kCpu},
    {kMemory, 40, 2, 28, Member::kMemory},
    {2, 24, 4, 12, Member::kCpu},  // x2APIC
    {3, 18, 2, 10, Member::kCpu},  // GICC (Arm)
    {kInitiator, 32, 4, 24, Member::kGenericInitiator},
    {7, 20, 4, 12, Member::kCpu},  // RINTC (RISC-V)
};

struct Affinity {
  ProximityDomain domain;
  Member member;
  std::optional<PciAddress> function;
};

// The PCI function of a generic initiator; nothing for an ACPI device.
// Source: ACPI 6.5, table 5.66 (device handle type at 3) and 5.68 (segment at
// 8, bus, device and function at 10).
std::optional<PciAddress> FunctionOf(std::string_view bytes) {
  constexpr std::uint64_t kPciHandle = 1;
  if (LittleEndianAt(bytes, 3, 1) != kPciHandle) return std::nullopt;
  const std::uint64_t slot = LittleEndianAt(bytes, 11, 1);
  return PciAddress{static_cast<std::uint32_t>(LittleEndianAt(bytes, 8, 2)),
                    static_cast<std::uint8_t>(LittleEndianAt(bytes, 10, 1)),
                    static_cast<std::uint8_t>(slot >> 3),
                    static_cast<std::uint8_t>(slot & 7)};
}

// Before revision 2 the domain of these two types was one byte; Linux ignores
// the rest of it.
ProximityDomain DomainOf(std::string_view bytes, const Layout& layout,
                         int revision) {
  const std::uint64_t low = LittleEndianAt(bytes, layout.domain, 1);
  if (revision < 2 && layout.type <= kMemory) {
    return static_cast<ProximityDomain>(low);
  }
  if (layout.type == kLocalApic) {
    return static_cast<ProximityDomain>(LittleEndianAt(bytes, 9, 3) << 8 | low);
  }
  return static_cast<ProximityDomain>(LittleEndianAt(bytes, layout.domain, 4));
}

// Nothing for structures of other types and for disabled ones.
Result<std::optional<Affinity>> ParseAffinity(std::string_view bytes,
                                              int revision) {
  const std::uint64_t type = LittleEndianAt(bytes, 0, 1);
  const auto* layout =
      std::find_if(std::begin(kLayouts), std::end(kLayouts),
                   [type](const Layout& known) { return known.type == type; });
  if (layout == std::end(kLayouts)) return std::nullopt;
  if (bytes.size() < layout->size) {
    return Fail(ErrorCode::kCorruptInput, "SRAT: a structure is too short");
  }
  if ((LittleEndianAt(bytes, layout->flags, 4) & kEnabled) == 0) {
    return std::nullopt;
  }
  return Affinity{DomainOf(bytes, *layout, revision), layout->member,
                  type == kInitiator ? FunctionOf(bytes) : std::nullopt};
}

}  // namespace

Result<std::vector<SratDomain>> ParseSrat(std::string_view bytes) {
  ACCELD_TRY(const AcpiTable acpi, ParseAcpiTable(bytes, "SRAT"));
  if (acpi.body.size() < kReservedSize) {
    return Fail(ErrorCode::kCorruptInput, "SRAT: too short");
  }
  std::vector<Affinity> affinities;
  for (std::string_view rest = acpi.body.substr(kReservedSize);
       !rest.empty();) {
    const std::uint64_t length =
        rest.size() < 2 ? 0 : LittleEndianAt(rest, 1, 1);
    if (length < 2 || length > rest.size()) {
      return Fail(ErrorCode::kCorruptInput,
                  "SRAT: a structure has an impossible length");
    }
    ACCELD_TRY(const auto affinity,
               ParseAffinity(rest.substr(0, length), acpi.revision));
    if (affinity) affinities.push_back(*affinity);
    rest.remove_prefix(length);
  }
  // The second walk: memories after everything else, else in order.
  std::stable_partition(
      affinities.begin(), affinities.end(),
      [](const Affinity& one) { return one.member != Member::kMemory; });
  std::vector<SratDomain> domains;
  std::unordered_map<ProximityDomain, std::size_t> positions;
  for (const Affinity& one : affinities) {
    const auto [found, is_new] =
        positions.try_emplace(one.domain, domains.size());
    if (is_new) domains.emplace_back().domain = one.domain;
    SratDomain& domain = domains[found->second];
    domain.has_cpus |= one.member == Member::kCpu;
    domain.has_memory |= one.member == Member::kMemory;
    domain.has_generic_initiator |= one.member == Member::kGenericInitiator;
    if (one.function) domain.initiators.push_back(*one.function);
  }
  return domains;
}

}  // namespace acceld::probes
