#include "probes/io_device_probe.h"

#include <array>
#include <string>

#include "probes/accelerator.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/known_devices.h"
#include "probes/pci_links.h"

namespace acceld::probes {
namespace {

struct DeviceClass {
  std::string_view name;  // below /sys/class; also the framework
  VertexKind kind;
};

constexpr std::string_view kSubsystems = "infiniband net nvme";
constexpr std::array kClasses = {
    DeviceClass{"infiniband", VertexKind::kNic},
    DeviceClass{"net", VertexKind::kNic},
    DeviceClass{"nvme", VertexKind::kStorage},
};

// Class entries are links to the device; in some recordings they are plain
// directories, and only their `device` link leads anywhere. What leads nowhere
// is not known for long.
std::optional<PciAddress> FunctionOf(const FactReader& reader,
                                     const std::string& path,
                                     KnownDevices& known) {
  constexpr std::string_view kVirtual = "/virtual/";  // "lo"
  const auto at = known.functions.find(path);
  if (at != known.functions.end()) return at->second;
  const auto real = reader.root().Canonical(path);
  if (!real) {
    const auto link = reader.root().ReadLink(path);
    if (!link || link->find(kVirtual) == std::string::npos) {
      (void)reader.Canonical(path);  // a fault, where it leads nowhere
    }
    return std::nullopt;
  }
  std::optional<PciAddress> address;
  if (real->find(kVirtual) == std::string::npos) {
    address = PciAddressInPath(*real);
    if (!address) {
      const auto device = reader.root().Canonical(path + "/device");
      if (device) address = PciAddressInPath(*device);
    }
  }
  known.functions.emplace(path, address);
  return address;
}

void AddDevice(const FactReader& reader, const FactIndex& index,
               const DeviceClass& device_class, const std::string& name,
               KnownDevices& known) {
  const std::string path =
      "sys/class/" + std::string(device_class.name) + "/" + name;
  const auto address = FunctionOf(reader, path, known);
  if (!address) return;
  const std::string key = std::string(Name(device_class.kind)) + ":" + name;
  if (!IsKey(key)) {
    reader.Fault(path, ErrorCode::kCorruptInput, "the name makes no key");
    return;
  }
  const auto function = index.PciKey(*address);
  if (!function) {
    reader.Fault(path, ErrorCode::kNotFound,
                 "PCI function " + ToString(*address) + " was not found");
    return;
  }
  FactSet& facts = reader.facts();
  facts.AddEntity(key, device_class.kind);
  facts.AddAttribute(key, attr::kFramework, std::string(device_class.name),
                     FromKernel(path));
  if (const Attribute* driver = index.Get(*function, attr::kDriver)) {
    facts.AddAttribute(key, attr::kDriver, driver->value, driver->from);
    AddDriverVersion(reader, key, path + "/device/driver");
  }
  RepeatOfFunction(reader, index, *function, key);
  facts.AddRelation(key, *function, RelationKind::kAcceleratorOf,
                    FromKernel(path));
  facts.links.push_back(OnDieLink(*function, key));
}

}  // namespace

void RunIoDeviceProbe(const SysRoot& root, FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunIoDeviceProbe(root, Changes::Everything(), memory, facts);
}

bool RerunIoDeviceProbe(const SysRoot& root, const Changes& changes,
                        std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  if (memory == nullptr) memory = std::make_unique<KnownDevices>();
  auto& known = static_cast<KnownDevices&>(*memory);  // made here, above
  known.Forget(changes, kSubsystems);
  const FactReader reader(root, facts, known.files);
  const FactIndex index(facts);
  for (const DeviceClass& device_class : kClasses) {
    const std::string directory = "sys/class/" + std::string(device_class.name);
    for (const std::string& name : known.NamesIn(reader, directory)) {
      // "bonding_masters" and the like are files of the class, not devices.
      AddDevice(reader, index, device_class, name, known);
    }
  }
  return true;
}

}  // namespace acceld::probes
