#include "probes/config_space.h"

#include <linux/pci_regs.h>

#include <array>
#include <bitset>

namespace acceld::probes {
namespace {

constexpr std::size_t kHeaderSize = 64;         // PCI Local Bus 3.0, 6.1
constexpr std::size_t kConventionalSize = 256;  // PCI Local Bus 3.0, 6.1
constexpr std::size_t kExtendedSize = 4096;     // PCIe Base 6.0, 7.2.2

std::uint8_t Byte(const std::string& bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
std::uint16_t Word(const std::string& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(Byte(bytes, at) |
                                    (Byte(bytes, at + 1) << 8));
}
std::uint32_t Long(const std::string& bytes, std::size_t at) {
  return Word(bytes, at) |
         (static_cast<std::uint32_t>(Word(bytes, at + 2)) << 16);
}

class ConfigReader {
 public:
  ConfigReader(const FactReader& reader, std::string path)
      : reader_(reader), path_(std::move(path)) {}

  PciCapabilities Read() {
    auto file = reader_.root().OpenFile(path_);
    auto first = file ? file->ReadRange(0, kConventionalSize)
                      : Result<std::string>(Fail(file.error()));
    if (!first) {
      if (first.error().code != ErrorCode::kNotFound) {
        reader_.Fault(path_, first.error().code, first.error().message);
      }
      return found_;
    }
    file_ = &*file;
    first_ = *std::move(first);
    if (first_.size() < kHeaderSize) {
      Broken("shorter than a header");
    } else if (Word(first_, PCI_VENDOR_ID) == 0xffff &&
               Long(first_, PCI_CLASS_REVISION) == 0xffffffffU) {
      // A virtual function has no vendor here, but it has a class.
      reader_.Fault(path_, ErrorCode::kDeviceGone, "reads as all ones");
    } else {
      ReadHeader();
    }
    return found_;
  }

 private:
  void Broken(std::string what) const {
    reader_.Fault(path_, ErrorCode::kCorruptInput, std::move(what));
  }

  void ReadHeader() {
    found_.access = first_.size() < kConventionalSize
                        ? ConfigAccess::kHeader
                        : ConfigAccess::kConventional;
    const std::uint8_t header = Byte(first_, PCI_HEADER_TYPE);
    constexpr int kMultifunction = 0x80;  // PCIe Base 6.0, 7.5.1.1.9
    found_.is_multifunction = (header & kMultifunction) != 0;
    const int type = header & PCI_HEADER_TYPE_MASK;
    found_.is_bridge =
        type == PCI_HEADER_TYPE_BRIDGE || type == PCI_HEADER_TYPE_CARDBUS;
    if (found_.access == ConfigAccess::kHeader) return;
    found_.standard_known = WalkStandard();
    if (found_.express_type) {
      found_.extended_known = WalkExtended();
    } else {
      // Without a PCI Express capability there is no extended space.
      found_.extended_known = found_.standard_known;
    }
  }

  // Whether the list ends as it should. Source: PCI Local Bus 3.0, 6.7.
  bool WalkStandard() {
    if ((Word(first_, PCI_STATUS) & PCI_STATUS_CAP_LIST) == 0) return true;
    std::bitset<kConventionalSize> visited;
    // The two low bits are reserved and masked, in each pointer.
    std::size_t at = Byte(first_, PCI_CAPABILITY_LIST) & 0xfcU;
    while (at != 0) {
      if (at < kHeaderSize || visited[at]) {
        Broken("the capability list is broken at " + std::to_string(at));
        return false;
      }
      visited.set(at);
      if (Byte(first_, at + PCI_CAP_LIST_ID) == PCI_CAP_ID_EXP) {
        ReadExpress(at);
      }
      at = Byte(first_, at + PCI_CAP_LIST_NEXT) & 0xfcU;
    }
    return true;
  }

  void ReadExpress(std::size_t at) {
    const std::uint16_t flags = Word(first_, at + PCI_EXP_FLAGS);
    found_.express_type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
    if ((flags & PCI_EXP_FLAGS_VERS) < 2) {
      // Version 1 has no second capabilities register.
      found_.passes_prefixes = false;
    } else if (at + PCI_EXP_DEVCAP2 + 4 <= first_.size()) {
      found_.passes_prefixes =
          (Long(first_, at + PCI_EXP_DEVCAP2) & PCI_EXP_DEVCAP2_EE_PREFIX) != 0;
    }
  }

  // Nothing where fewer than `size` bytes are there.
  std::optional<std::string> ReadAt(std::size_t at, std::size_t size) const {
    auto bytes = file_->ReadRange(at, size);
    if (!bytes || bytes->size() < size) return std::nullopt;
    return *std::move(bytes);
  }

  // Whether the list ends as it should. Source: PCIe Base 6.0, 7.6.
  bool WalkExtended() {
    std::bitset<kExtendedSize> visited;
    std::size_t at = kConventionalSize;
    while (at != 0) {
      const auto bytes = ReadAt(at, 4);
      if (!bytes && at == kConventionalSize) return false;  // may not be read
      if (!bytes || at < kConventionalSize || visited[at]) {
        Broken("the extended capability list is broken at " +
               std::to_string(at));
        return false;
      }
      found_.access = ConfigAccess::kExtended;
      visited.set(at);
      const std::uint32_t header = Long(*bytes, 0);
      if (header == 0) return true;
      if (header == 0xffffffffU) {
        // The first header: no extended capability. Later: no list.
        if (at == kConventionalSize) return true;
        Broken("the extended capability list ends in all ones");
        return false;
      }
      if (!ReadCapability(PCI_EXT_CAP_ID(header), at)) return false;
      at = PCI_EXT_CAP_NEXT(header);
    }
    return true;
  }

  bool ReadCapability(std::uint32_t id, std::size_t at) {
    if (id == PCI_EXT_CAP_ID_DVSEC) return ReadDesignated(at);
    // Capability and control words lie together, from +4 (SR-IOV: from +0x0e).
    const bool is_sriov = id == PCI_EXT_CAP_ID_SRIOV;
    if (!is_sriov && id != PCI_EXT_CAP_ID_PASID && id != PCI_EXT_CAP_ID_ATS &&
        id != PCI_EXT_CAP_ID_PRI && id != PCI_EXT_CAP_ID_ACS) {
      return true;
    }
    const auto words = ReadAt(at + (is_sriov ? PCI_SRIOV_TOTAL_VF : 4), 4);
    if (!words) {
      Broken("a capability is cut off at " + std::to_string(at));
      return false;
    }
    Decode(id, Word(*words, 0), Word(*words, 2));
    return true;
  }

  // A vendor's own capability; only CXL's for devices is of interest.
  // Source: CXL 3.1, 8.1.3 (DVSEC ID 0: capability at 0Ah, control at 0Ch).
  bool ReadDesignated(std::size_t at) {
    constexpr std::uint16_t kCxlVendor = 0x1e98;
    constexpr std::uint16_t kCxlDevice = 0;
    constexpr std::uint16_t kCxlProtocols = 0x7;
    const auto header = ReadAt(at + PCI_DVSEC_HEADER1, 6);
    if (!header) {
      Broken("a capability is cut off at " + std::to_string(at));
      return false;
    }
    const std::uint32_t length = PCI_DVSEC_HEADER1_LEN(Long(*header, 0));
    if (Word(*header, 0) != kCxlVendor || Word(*header, 4) != kCxlDevice ||
        length < 0x0e) {
      return true;
    }
    const auto words = ReadAt(at + 0x0a, 4);
    if (!words) {
      Broken("a capability is cut off at " + std::to_string(at));
      return false;
    }
    found_.cxl = {static_cast<std::uint16_t>(Word(*words, 0) & kCxlProtocols),
                  static_cast<std::uint16_t>(Word(*words, 2) & kCxlProtocols)};
    return true;
  }

  void Decode(std::uint32_t id, std::uint16_t first, std::uint16_t second) {
    constexpr std::uint16_t kPasidWidth = 0x1f00;  // PCIe Base 6.0, 7.8.9.2
    constexpr int kWidestPasid = 20;               // PCIe Base 6.0, 6.20
    constexpr std::uint16_t kAcsBits = PCI_ACS_SV | PCI_ACS_TB | PCI_ACS_RR |
                                       PCI_ACS_CR | PCI_ACS_UF | PCI_ACS_EC |
                                       PCI_ACS_DT;
    switch (id) {
      case PCI_EXT_CAP_ID_PASID:
        found_.pasid = {(first & kPasidWidth) >> 8,
                        (second & PCI_PASID_CTRL_ENABLE) != 0};
        if (found_.pasid->width <= kWidestPasid) break;
        Broken("a PASID of " + std::to_string(found_.pasid->width) + " bits");
        found_.pasid->width = kWidestPasid;
        break;
      case PCI_EXT_CAP_ID_ATS:
        found_.ats_enabled = (second & PCI_ATS_CTRL_ENABLE) != 0;
        break;
      case PCI_EXT_CAP_ID_PRI:  // the control word is the first here
        found_.pri_enabled = (first & PCI_PRI_CTRL_ENABLE) != 0;
        break;
      case PCI_EXT_CAP_ID_ACS:
        found_.acs = {static_cast<std::uint16_t>(first & kAcsBits),
                      static_cast<std::uint16_t>(second & kAcsBits)};
        break;
      case PCI_EXT_CAP_ID_SRIOV:
        found_.sriov = {first, second};
        break;
      default:
        break;
    }
  }

  const FactReader& reader_;
  std::string path_;
  const SysFile* file_ = nullptr;  // while Read() runs
  std::string first_;              // up to 256 bytes
  PciCapabilities found_;
};

}  // namespace

std::string_view Name(ConfigAccess access) {
  switch (access) {
    case ConfigAccess::kNone:
      return "none";
    case ConfigAccess::kHeader:
      return "header";
    case ConfigAccess::kConventional:
      return "conventional";
    case ConfigAccess::kExtended:
      return "extended";
  }
  return "none";
}

PciCapabilities ReadPciCapabilities(const FactReader& reader,
                                    const std::string& path) {
  return ConfigReader(reader, path + "/config").Read();
}

std::string AcsText(std::uint16_t bits) {
  struct Bit {
    std::uint16_t mask;
    std::string_view name;
  };
  constexpr std::array kBits = {
      Bit{PCI_ACS_SV, "SV"}, Bit{PCI_ACS_TB, "TB"}, Bit{PCI_ACS_RR, "RR"},
      Bit{PCI_ACS_CR, "CR"}, Bit{PCI_ACS_UF, "UF"}, Bit{PCI_ACS_EC, "EC"},
      Bit{PCI_ACS_DT, "DT"},
  };
  std::string text;
  for (const Bit& bit : kBits) {
    if ((bits & bit.mask) == 0) continue;
    if (!text.empty()) text.push_back(' ');
    text.append(bit.name);
  }
  return text.empty() ? "none" : text;
}

}  // namespace acceld::probes
