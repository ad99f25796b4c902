#include "probes/iommu_unit.h"

#include <charconv>

namespace acceld::probes {
namespace {

constexpr std::uint64_t Bits(std::uint64_t value, int high, int low) {
  return (value >> low) & ((std::uint64_t{1} << (high - low + 1)) - 1);
}

constexpr bool Bit(std::uint64_t value, int bit) {
  return Bits(value, bit, bit) != 0;
}

// The drivers print registers as bare hexadecimal. AMD's features are
// "EFR:EFR2" since Linux 6.7; the first is the one wanted.
std::optional<std::uint64_t> ReadRegister(const FactReader& reader,
                                          const std::string& path) {
  const auto text = reader.SharedText(path);
  if (!text) return std::nullopt;
  std::string_view digits = *text;
  digits = digits.substr(0, digits.find(':'));
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, 16);
  if (parsed.ec == std::errc() && parsed.ptr == end) return value;
  reader.Fault(path, ErrorCode::kCorruptInput, "no hexadecimal register");
  return std::nullopt;
}

}  // namespace

IommuUnit DecodeIntel(std::uint64_t ecap) {
  IommuUnit unit;
  unit.kind = "intel";
  unit.has_scalable_mode = Bit(ecap, 43);
  unit.pasid_width = Bit(ecap, 43) && Bit(ecap, 40)
                         ? static_cast<int>(Bits(ecap, 39, 35)) + 1
                         : 0;
  unit.has_ats = Bit(ecap, 2);
  unit.has_pri = Bit(ecap, 29);
  unit.has_nesting = Bit(ecap, 26);
  return unit;
}

IommuUnit DecodeAmd(std::uint64_t features, std::uint32_t cap) {
  IommuUnit unit;
  unit.kind = "amd";
  // Guest translation is what gives a PASID its page table.
  unit.pasid_width =
      Bit(features, 4) ? static_cast<int>(Bits(features, 36, 32)) + 1 : 0;
  unit.has_ats = Bit(cap, 24);
  unit.has_pri = Bit(features, 1);
  unit.has_nesting = Bit(features, 4);
  return unit;
}

IommuUnit ReadIommuUnit(const FactReader& reader, const std::string& path,
                        std::string_view name) {
  IommuUnit unit;
  if (name.starts_with("dmar")) {
    const std::string file = path + "/intel-iommu/ecap";
    if (const auto ecap = ReadRegister(reader, file)) unit = DecodeIntel(*ecap);
    unit.kind = "intel";
    unit.source = file;
  } else if (name.starts_with("ivhd")) {
    const std::string file = path + "/amd-iommu/features";
    const auto features = ReadRegister(reader, file);
    const auto cap = ReadRegister(reader, path + "/amd-iommu/cap");
    if (features && cap) {
      unit = DecodeAmd(*features, static_cast<std::uint32_t>(*cap));
    }
    unit.kind = "amd";
    unit.source = file;
  } else if (name.starts_with("smmu3")) {
    unit.kind = "smmu-v3";  // exports nothing of its registers
  } else if (name.starts_with("smmu")) {
    unit.kind = "smmu";
    unit.pasid_width = 0;  // SMMUv1 and v2 know no PASID
    unit.source = path;
  } else {
    unit.kind = "other";
  }
  return unit;
}

}  // namespace acceld::probes
