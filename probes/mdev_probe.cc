#include "probes/mdev_probe.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/iommu_group.h"
#include "probes/pci_identity.h"
#include "probes/vfio_functions.h"
#include "probes/vfio_group.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/mdev_bus";
constexpr std::int64_t kMostInstances = 1 << 20;

// One line of what the driver says in several.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return Printable(text);
}

class ParentWriter {
 public:
  ParentWriter(const FactReader& reader, const FactIndex& index,
               const Accelerator& parent)
      : reader_(reader), index_(index), parent_(parent) {}

  void Run() {
    const Provenance rule{
        Evidence::kComputed,
        "mdev (probes/mdev_probe.h): programs open what it makes"};
    Add(parent_.key, attr::kGrant, std::string("none"), rule);
    const std::string types = parent_.class_path + "/mdev_supported_types";
    for (const std::string& type : reader_.Names(types)) {
      AddType(type, types + "/" + type);
    }
    if (types_.empty()) return;
    Add(parent_.key, "mdev_types", std::move(types_), FromKernel(types));
    if (free_.empty()) return;
    Add(parent_.key, "mdev_free", std::move(free_), FromKernel(types));
  }

 private:
  void Add(const std::string& key, std::string_view name, AttributeValue value,
           Provenance from) const {
    reader_.facts().AddAttribute(key, name, std::move(value), std::move(from));
  }

  void AddType(const std::string& type, const std::string& path) {
    const std::string shown = Printable(type);
    std::string text = shown;
    const auto api = reader_.Text(path + "/device_api");
    const std::string name = OneLine(reader_.Text(path + "/name").value_or(""));
    for (const std::string& part :
         {name, OneLine(api.value_or("")),
          OneLine(reader_.Text(path + "/description").value_or(""))}) {
      if (!part.empty()) text.append(", ").append(part);
    }
    types_.push_back(std::move(text));
    if (const auto free = reader_.IntegerIn(path + "/available_instances", 0,
                                            kMostInstances)) {
      free_.push_back(shown + "=" + std::to_string(*free));
    }
    for (const std::string& device : reader_.Names(path + "/devices")) {
      const auto key = AddDevice(device, path + "/devices/" + device);
      if (!key) continue;
      Add(*key, "mdev_type", shown, FromKernel(path));
      if (!name.empty()) {
        Add(*key, attr::kName, name, FromKernel(path + "/name"));
      }
      if (api == "vfio-pci") AddFunctions(*key);
    }
  }

  // Returns the engine's key; nothing, with a fault, where there is none.
  std::optional<std::string> AddDevice(const std::string& name,
                                       const std::string& path) const {
    auto key = AddEngine(reader_, parent_.key, "mdev-" + name, path);
    if (!key) return std::nullopt;
    const Provenance rule{Evidence::kComputed,
                          "VFIO (probes/mdev_probe.h): a group is opened once"};
    Add(*key, attr::kGrant, std::string("fd"), rule);
    Add(*key, attr::kSharing, std::string("single-user"), rule);
    Add(*key, attr::kSva, std::string("no"), rule);
    Add(*key, attr::kSvaReasons,
        std::vector<std::string>{
            "VFIO binds no address space: the client maps memory for "
            "the device"},
        rule);
    if (auto driver = reader_.LinkName(path + "/driver")) {
      Add(*key, attr::kDriver, *std::move(driver),
          FromKernel(path + "/driver"));
      AddDriverVersion(reader_, *key, path + "/driver");
    }
    const auto group = AddIommuGroup(reader_, *key, path);
    AddVfioNodes(reader_, *key, group ? std::to_string(group->number) : "",
                 path);
    Add(*key, attr::kInstances, std::int64_t{group ? 1 : 0}, rule);
    if (!group) {
      Add(*key, "not_offered", std::string("no VFIO driver holds it"), rule);
    }
    return key;
  }

  // A mediated PCI device does what the device does that it is made of.
  void AddFunctions(const std::string& key) const {
    const auto functions = VfioFunctions(IdentityOf(index_, parent_.owner));
    if (functions.empty()) return;
    Add(key, attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        {Evidence::kComputed,
         "PCI ids and classes of its parent (probes/vfio_functions.cc)"});
  }

  const FactReader& reader_;
  const FactIndex& index_;
  const Accelerator& parent_;
  std::vector<std::string> types_;
  std::vector<std::string> free_;
};

}  // namespace

void RunMdevProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    // The entry is a link to the device itself.
    const std::string path = std::string(kClass) + "/" + name;
    const auto parent =
        AddAccelerator(reader, index, {"mdev", path, "mdev-" + name, "", path});
    if (parent) ParentWriter(reader, index, *parent).Run();
  }
}

}  // namespace acceld::probes
