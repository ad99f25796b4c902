#include "probes/vfio_group.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "probes/accelerator.h"
#include "probes/iommu_group.h"
#include "probes/pci_identity.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/vfio";
constexpr std::string_view kNumberName = "vfio_cdev_number";
// Each function of a group names those that block it: one would do, and of a
// group of thousands all would be millions.
constexpr std::size_t kMostNamed = 16;

// Drivers that sit on a device and do no DMA.
bool IsHarmless(std::string_view driver) {
  return driver.empty() || driver == "pci-stub";
}

// "vfio3" of the directory DEVICE/vfio-dev; nothing where there is none.
std::optional<std::string> CdevOf(const FactReader& reader,
                                  const std::string& device_path) {
  constexpr std::string_view kPrefix = "vfio";
  for (const std::string& name : reader.Names(device_path + "/vfio-dev")) {
    const std::string_view digits =
        std::string_view(name).substr(std::min(kPrefix.size(), name.size()));
    const bool is_cdev = name.starts_with(kPrefix) && !digits.empty() &&
                         std::all_of(digits.begin(), digits.end(), [](char c) {
                           return c >= '0' && c <= '9';
                         });
    if (is_cdev) return name;
  }
  return std::nullopt;
}

}  // namespace

bool IsHeldByVfio(const FactReader& reader, std::string_view driver,
                  const std::string& path) {
  return !driver.empty() &&
         (IsVfioDriver(driver) || reader.Exists(path + "/vfio-dev"));
}

std::string WhyNotTaken(const FactReader& reader, const std::string& path) {
  constexpr std::int64_t kMostVirtual = 65535;
  const auto count = reader.IntegerIn(path + "/sriov_numvfs", 0, kMostVirtual);
  return count.value_or(0) == 0 ? "" : "it has virtual functions";
}

VfioGroups::VfioGroups(const FactReader& reader, const FactIndex& index,
                       const VfioOffers& offers)
    : reader_(reader), index_(index), offers_(offers) {
  for (const std::string& key : index.pci_keys()) {
    const Attribute* group = index.Get(key, attr::kIommuGroup);
    if (group == nullptr) continue;
    if (const auto* number = std::get_if<std::int64_t>(&group->value)) {
      members_[*number].push_back(AddressOfKey(key));
    }
  }
}

const VfioGroup& VfioGroups::Get(std::int64_t number) {
  const auto found = groups_.find(number);
  if (found != groups_.end()) return found->second;
  return groups_.emplace(number, Read(number)).first->second;
}

VfioGroup VfioGroups::Read(std::int64_t number) const {
  const std::string path =
      std::string(kIommuGroups) + "/" + std::to_string(number);
  VfioGroup group;
  group.node = std::to_string(number);
  // The name that VFIO gives to the groups it makes where no IOMMU is
  // (vfio_noiommu_group_alloc).
  group.is_noiommu = reader_.Text(path + "/name") == "vfio-noiommu";
  if (group.is_noiommu) group.node.insert(0, "noiommu-");
  // A recording may lack the directory; what the functions say is then all.
  std::set<std::string> names;
  for (std::string& name : reader_.Names(path + "/devices")) {
    names.insert(std::move(name));
  }
  const auto members = members_.find(number);
  if (members != members_.end()) {
    names.insert(members->second.begin(), members->second.end());
  }
  for (const std::string& name : names) {
    AddMember(name, path + "/devices/" + name, group);
  }
  return group;
}

void VfioGroups::AddMember(const std::string& name,
                           const std::string& directory,
                           VfioGroup& group) const {
  const auto address = ParsePciAddress(name);
  const auto key = address ? index_.PciKey(*address) : std::nullopt;
  if (key && index_.KindOf(*key) != VertexKind::kPciFunction) return;
  const PciIdentity identity = key ? IdentityOf(index_, *key) : PciIdentity{};
  const std::string driver =
      key ? identity.driver
          : reader_.LinkName(directory + "/driver").value_or("");
  const std::string path = key ? "sys/bus/pci/devices/" + name : directory;
  if (IsHeldByVfio(reader_, driver, path)) {
    if (key) group.functions.push_back(name);
    return;
  }
  const VfioOffer* offer = key ? offers_.Find(identity, name) : nullptr;
  std::string why = driver;
  if (offer != nullptr && offer->MayTakeFrom(driver)) {
    const std::string not_taken = WhyNotTaken(reader_, path);
    if (not_taken.empty()) {
      group.functions.push_back(name);
      return;
    }
    why.append(": ").append(not_taken);
  }
  if (!IsHarmless(driver) && group.blocked_by.size() < kMostNamed) {
    group.blocked_by.push_back(name + " (" + why + ")");
  }
}

void AddVfioNodes(const FactReader& reader, const std::string& key,
                  const std::string& group, const std::string& device_path) {
  FactSet& facts = reader.facts();
  const auto cdev = CdevOf(reader, device_path);
  const std::string cdev_node = "/dev/vfio/devices/" + cdev.value_or("");
  const std::string cdev_path = device_path + "/vfio-dev/" + cdev.value_or("");
  // Without a number VFIO made the device, but no node of it.
  const bool has_cdev =
      cdev && AddDeviceNumber(reader, key, kNumberName, cdev_path + "/dev");
  if (has_cdev) {
    facts.AddAttribute(key, "vfio_cdev", cdev_node, FromKernel(cdev_path));
  }
  const std::string group_path = std::string(kClass) + "/" + group;
  if (has_cdev && !reader.root().Exists(group_path)) {
    facts.AddAttribute(key, attr::kNodePath, cdev_node, FromKernel(cdev_path));
    (void)AddDeviceNumber(reader, key, attr::kDeviceNumber, cdev_path + "/dev");
    return;
  }
  if (group.empty()) return;
  facts.AddAttribute(key, attr::kNodePath, "/dev/vfio/" + group,
                     FromKernel(group_path));
  (void)AddDeviceNumber(reader, key, attr::kDeviceNumber, group_path + "/dev");
}

}  // namespace acceld::probes
