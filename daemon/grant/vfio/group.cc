#include "daemon/grant/vfio/group.h"

#include <optional>
#include <utility>

#include "probes/pci_address.h"
#include "probes/pci_identity.h"

namespace acceld::daemon::vfio {
namespace {

constexpr std::int64_t kBridge = 0x0604;  // base class and subclass
constexpr std::int64_t kCardBus = 0x0607;
constexpr std::int64_t kMostGroups = std::int64_t{1} << 20;

std::string PathOf(const std::string& address) {
  return "sys/bus/pci/devices/" + address;
}

std::string LastPart(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// The name that a link ends in; nothing where there is none.
Result<std::optional<std::string>> LinkName(const SysRoot& root,
                                            const std::string& path) {
  auto text = root.ReadLink(path);
  if (text) return LastPart(*text);
  if (text.error().code == ErrorCode::kNotFound) return std::nullopt;
  return Fail(std::move(text.error()));
}

// What cannot be looked at is not gone: kIo and the like.
Result<bool> IsThere(const SysRoot& root, const std::string& path) {
  const auto kind = root.KindOf(path);
  if (kind) return true;
  if (kind.error().code == ErrorCode::kNotFound) return false;
  return Fail(kind.error());
}

Result<probes::PciIdentity> ReadIdentity(const SysRoot& root,
                                         const std::string& path) {
  probes::PciIdentity identity;
  ACCELD_TRY(identity.vendor, root.ReadInteger(path + "/vendor"));
  ACCELD_TRY(identity.device, root.ReadInteger(path + "/device"));
  ACCELD_TRY(identity.class_code, root.ReadInteger(path + "/class"));
  return identity;
}

bool IsHarmless(std::string_view driver) {
  return driver.empty() || driver == "pci-stub";
}

tl::unexpected<Error> Held(const std::string& member, const std::string& driver,
                           std::string_view why) {
  return Fail(ErrorCode::kBusy, member + " of the IOMMU group is held by " +
                                    driver + std::string(why));
}

Result<bool> HasVirtualFunctions(const SysRoot& root, const std::string& path) {
  const auto count = root.ReadInteger(path + "/sriov_numvfs");
  if (count) return *count != 0;
  if (count.error().code == ErrorCode::kNotFound) return false;
  return Fail(count.error());
}

// What is to be taken of one member; nothing where it can stay as it is.
Result<std::optional<TakenFunction>> Examine(const SysRoot& root,
                                             const std::string& address,
                                             bool is_leader,
                                             const probes::VfioOffers& offers) {
  const std::string path = PathOf(address);
  ACCELD_TRY(const probes::PciIdentity identity, ReadIdentity(root, path));
  const std::int64_t kind = identity.class_code >> 8;
  if (kind == kBridge || kind == kCardBus) return std::nullopt;
  ACCELD_TRY(const std::string driver, DriverOf(root, address));
  // VFIO makes the directory for a driver of any name.
  if (IsVfioDriver(driver) ||
      (!driver.empty() && root.Exists(path + "/vfio-dev"))) {
    return std::nullopt;
  }
  if (!is_leader && IsHarmless(driver)) return std::nullopt;
  const probes::VfioOffer* offer = offers.Find(identity, address);
  if (offer == nullptr || !offer->MayTakeFrom(driver)) {
    return Held(address, driver.empty() ? "no driver" : driver,
                ", from which no VFIO offer takes it");
  }
  ACCELD_TRY(const bool has_virtual, HasVirtualFunctions(root, path));
  if (has_virtual) return Held(address, driver, " and has virtual functions");
  ACCELD_TRY(std::string driver_override, OverrideOf(root, address));
  return TakenFunction{address, driver, std::move(driver_override)};
}

}  // namespace

bool IsVfioDriver(std::string_view driver) {
  return probes::IsVfioDriver(driver);
}

Result<std::string> OverrideOf(const SysRoot& root,
                               const std::string& address) {
  ACCELD_TRY(std::string text,
             root.ReadAttribute(PathOf(address) + "/driver_override"));
  return text == "(null)" ? std::string() : text;
}

Result<int> GroupOf(const SysRoot& root, const Target& target) {
  ACCELD_TRY(const auto name, LinkName(root, target.path + "/iommu_group"));
  if (!name) {
    ACCELD_TRY(const bool is_there, IsThere(root, target.path));
    if (!is_there) {
      return Fail(ErrorCode::kDeviceGone, target.name + " is gone");
    }
    return Fail(ErrorCode::kUnsupported, target.name +
                                             " is in no IOMMU group: nothing "
                                             "would confine its DMA");
  }
  ACCELD_TRY(const std::int64_t number, ParseInteger(*name));
  if (number < 0 || number > kMostGroups) {
    return Fail(ErrorCode::kCorruptInput, "IOMMU group " + *name);
  }
  const auto kind =
      root.ReadAttribute("sys/kernel/iommu_groups/" + *name + "/name");
  // vfio_noiommu_group_alloc() of drivers/vfio.
  if (kind && *kind == "vfio-noiommu") {
    return Fail(ErrorCode::kUnsupported,
                "no IOMMU confines " + target.name + "'s DMA");
  }
  return static_cast<int>(number);
}

Result<std::string> DriverOf(const SysRoot& root, const std::string& address) {
  const std::string path = PathOf(address);
  ACCELD_TRY(auto driver, LinkName(root, path + "/driver"));
  if (driver) return *std::move(driver);
  ACCELD_TRY(const bool is_there, IsThere(root, path));
  if (is_there) return std::string();
  return Fail(ErrorCode::kDeviceGone, address + " is gone");
}

Result<std::vector<TakenFunction>> FunctionsToTake(
    const SysRoot& root, int group, const std::string& leader,
    const probes::VfioOffers& offers) {
  const std::string directory =
      "sys/kernel/iommu_groups/" + std::to_string(group) + "/devices";
  ACCELD_TRY(const std::vector<std::string> members, root.List(directory));
  std::vector<TakenFunction> taken;
  for (const std::string& member : members) {
    if (!probes::ParsePciAddress(member)) {
      // A device of another bus, which no offer can name.
      ACCELD_TRY(const auto driver,
                 LinkName(root, directory + "/" + member + "/driver"));
      if (driver) return Held(member, *driver, "");
      continue;
    }
    ACCELD_TRY(auto function, Examine(root, member, member == leader, offers));
    if (!function) continue;
    if (taken.size() == TakenFunction::kMost) {
      return Fail(ErrorCode::kUnsupported, "too many functions in one group");
    }
    taken.push_back(*std::move(function));
  }
  return taken;
}

}  // namespace acceld::daemon::vfio
