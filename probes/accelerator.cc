#include "probes/accelerator.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "probes/driver_version.h"
#include "probes/iommu_group.h"
#include "probes/numa_attachment.h"
#include "probes/pci_links.h"

namespace acceld::probes {
namespace {

constexpr std::array kOfTheFunction = {
    attr::kVendor,       attr::kDevice,     attr::kAddress,
    attr::kNumaNode,     attr::kIommuGroup, attr::kPasidWidth,
    attr::kPasidEnabled, attr::kAtsEnabled, attr::kPriEnabled,
};

void Inherit(const FactReader& reader, const FactIndex& index,
             const std::string& from, const std::string& to,
             std::string_view name) {
  if (const Attribute* known = index.Get(from, name)) {
    reader.facts().AddAttribute(to, name, known->value, known->from);
  }
}

// "226:128"
bool IsDeviceNumber(std::string_view text) {
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.size() <= 7 &&
           std::all_of(part.begin(), part.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && is_number(text.substr(0, colon)) &&
         is_number(text.substr(colon + 1));
}

// Adds "platform:NAME" with what a PCI function would have from its own
// probes. `real` is its directory.
std::string AddPlatformDevice(const FactReader& reader, const FactIndex& index,
                              const std::string& real) {
  std::string key = "platform:" + real.substr(real.rfind('/') + 1);
  if (!IsKey(key)) return {};
  // By another node of the same device.
  if (index.KindOf(key)) return key;
  FactSet& facts = reader.facts();
  facts.AddEntity(key, VertexKind::kPlatformDevice);
  if (auto driver = reader.LinkName(real + "/driver")) {
    facts.AddAttribute(key, attr::kDriver, *std::move(driver),
                       FromKernel(real + "/driver"));
  }
  (void)AddIommuGroup(reader, key, real);
  if (const auto unit = reader.LinkName(real + "/iommu")) {
    facts.AddRelation(key, "iommu:" + *unit, RelationKind::kTranslatedBy,
                      FromKernel(real + "/iommu"));
  }
  const NumaNodes numa = NumaNodes::Read(reader);
  std::map<int, int> votes;
  if (const auto node = numa.ReadNodeOf(reader, real)) ++votes[*node];
  const NumaAttachment attachment =
      numa.Choose(votes, "/" + real + "/numa_node");
  facts.AddAttribute(key, attr::kNumaNode, std::int64_t{attachment.node},
                     attachment.from);
  facts.links.push_back(OnDieLink(NumaKey(attachment.node), key));
  return key;
}

// The key of what the accelerator is part of; empty where it is not known.
std::string AddOwner(const FactReader& reader, const FactIndex& index,
                     const std::string& device_path, const std::string& entry) {
  const auto real = reader.Canonical(device_path);
  // Without a `device` link the entry's own place says whose it is.
  const std::string& place = real ? *real : entry;
  if (const auto address = PciAddressInPath(place)) {
    if (auto key = index.PciKey(*address)) return *std::move(key);
    reader.Fault(device_path, ErrorCode::kNotFound,
                 "PCI function " + ToString(*address) + " was not found");
    return {};
  }
  std::string key =
      real ? AddPlatformDevice(reader, index, *real) : std::string();
  if (key.empty()) {
    reader.Fault(device_path, ErrorCode::kNotFound, "whose device is it?");
  }
  return key;
}

}  // namespace

std::optional<Accelerator> AddAccelerator(const FactReader& reader,
                                          const FactIndex& index,
                                          const AcceleratorSpec& spec) {
  Accelerator made{
      "accelerator:" + spec.name,
      spec.class_path,
      spec.device_path.empty() ? spec.class_path + "/device" : spec.device_path,
      {},
      {}};
  if (!IsKey(made.key) || spec.name.find('/') != std::string::npos) {
    reader.Fault(spec.class_path, ErrorCode::kCorruptInput,
                 "the name makes no key");
    return std::nullopt;
  }
  const auto entry = reader.Canonical(spec.class_path);
  if (!entry) return std::nullopt;
  FactSet& facts = reader.facts();
  facts.AddEntity(made.key, VertexKind::kAccelerator);
  facts.AddAttribute(made.key, attr::kFramework, std::string(spec.framework),
                     FromKernel(spec.class_path));
  if (!spec.node_directory.empty()) {
    // Named by the framework's rule, not by DEVNAME: the text of a recorded
    // uevent file must not choose which node of this machine is opened.
    facts.AddAttribute(made.key, attr::kNodePath,
                       std::string(spec.node_directory) + spec.name,
                       FromKernel(spec.class_path));
    (void)AddDeviceNumber(reader, made.key, attr::kDeviceNumber,
                          spec.class_path + "/dev");
  }
  if (auto driver = reader.LinkName(made.device_path + "/driver")) {
    made.driver = *std::move(driver);
    facts.AddAttribute(made.key, attr::kDriver, made.driver,
                       FromKernel(made.device_path + "/driver"));
    AddDriverVersion(reader, made.key, made.device_path + "/driver");
  }
  made.owner = AddOwner(reader, index, made.device_path, *entry);
  if (made.owner.empty()) return made;
  facts.AddRelation(made.key, made.owner, RelationKind::kAcceleratorOf,
                    FromKernel(made.device_path));
  facts.links.push_back(OnDieLink(made.owner, made.key));
  // A platform device was only found now.
  if (!index.KindOf(made.owner)) index.CatchUp();
  RepeatOfFunction(reader, index, made.owner, made.key);
  return made;
}

bool AddDeviceNumber(const FactReader& reader, const std::string& key,
                     std::string_view name, const std::string& path) {
  auto number = reader.Text(path);
  if (!number) return false;
  if (!IsDeviceNumber(*number)) {
    reader.Fault(path, ErrorCode::kCorruptInput, "no device number");
    return false;
  }
  reader.facts().AddAttribute(key, name, *std::move(number), FromKernel(path));
  return true;
}

void RepeatOfFunction(const FactReader& reader, const FactIndex& index,
                      const std::string& function, const std::string& key) {
  for (const std::string_view name : kOfTheFunction) {
    Inherit(reader, index, function, key, name);
  }
}

void AddTraits(const FactReader& reader, const Accelerator& accelerator,
               const DriverTraits& traits) {
  FactSet& facts = reader.facts();
  const Provenance from{
      Evidence::kComputed,
      "driver table (probes/driver_traits.cc): " +
          (traits.driver.empty() ? std::string("unknown driver")
                                 : std::string(traits.driver))};
  facts.AddAttribute(accelerator.key, attr::kGrant, std::string(traits.grant),
                     from);
  facts.AddAttribute(accelerator.key, attr::kSharing,
                     std::string(traits.sharing), from);
  if (!traits.functions.empty()) {
    facts.AddAttribute(accelerator.key, attr::kFunctions,
                       std::vector<std::string>(traits.functions.begin(),
                                                traits.functions.end()),
                       from);
  }
  if (traits.instances) {
    facts.AddAttribute(accelerator.key, attr::kInstances,
                       std::int64_t{*traits.instances}, from);
  }
  if (traits.driver.empty() || traits.binds_sva) return;
  facts.AddAttribute(accelerator.key, attr::kSva, std::string("no"), from);
  facts.AddAttribute(
      accelerator.key, attr::kSvaReasons,
      std::vector<std::string>{"the driver binds no address space"}, from);
}

std::optional<std::string> AddEngine(const FactReader& reader,
                                     const std::string& accelerator_key,
                                     const std::string& name,
                                     const std::string& path) {
  std::string key = "engine:" + name;
  if (!IsKey(key)) {
    reader.Fault(path, ErrorCode::kCorruptInput, "the name makes no key");
    return std::nullopt;
  }
  FactSet& facts = reader.facts();
  facts.AddEntity(key, VertexKind::kEngine);
  facts.AddRelation(key, accelerator_key, RelationKind::kEngineOf,
                    FromKernel(path));
  facts.links.push_back(OnDieLink(accelerator_key, key));
  return key;
}

void InheritSva(const FactReader& reader, const FactIndex& index,
                const Accelerator& accelerator) {
  if (accelerator.owner.empty()) return;
  for (const std::string_view name :
       {attr::kSva, attr::kSvaReasons, attr::kSvaCaveats}) {
    Inherit(reader, index, accelerator.owner, accelerator.key, name);
  }
}

}  // namespace acceld::probes
