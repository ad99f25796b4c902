#include "integrations/cdi/inventory.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/attribute.h"
#include "integrations/cdi/device_node.h"
#include "integrations/cdi/names.h"

namespace acceld::cdi {
namespace {

// The entities of a machine document by key, and what an engine is part of and
// an accelerator drives.
class Machine {
 public:
  [[nodiscard]] static Result<Machine> Read(const Document& document) {
    const Document* entities = document.Find("entities");
    const Document* relations = document.Find("relations");
    if (entities == nullptr || entities->AsArray() == nullptr) {
      return Fail(ErrorCode::kCorruptInput, "no machine document");
    }
    Machine machine;
    for (const Document& entity : *entities->AsArray()) {
      if (const auto* key = Text(entity.Find("key"))) {
        machine.entities_[*key] = &entity;
      }
    }
    if (relations != nullptr && relations->AsArray() != nullptr) {
      for (const Document& relation : *relations->AsArray()) {
        machine.AddRelation(relation);
      }
    }
    return machine;
  }

  [[nodiscard]] const std::map<std::string, const Document*>& entities() const {
    return entities_;
  }
  // The nearest value of an attribute: of the entity, or of what it is part of.
  [[nodiscard]] const Document* Get(std::string key,
                                    std::string_view attribute) const {
    constexpr int kDepth = 3;  // engine, accelerator, function
    for (int i = 0; i < kDepth; ++i) {
      const auto entity = entities_.find(key);
      if (entity == entities_.end()) return nullptr;
      const Document* attributes = entity->second->Find("attributes");
      const Document* value =
          attributes == nullptr ? nullptr : attributes->Find(attribute);
      // Plain, or with its provenance.
      if (value != nullptr && value->AsObject() != nullptr) {
        value = value->Find("value");
      }
      if (value != nullptr) return value;
      const auto parent = parents_.find(key);
      if (parent == parents_.end()) return nullptr;
      key = parent->second;
    }
    return nullptr;
  }
  [[nodiscard]] const std::string* TextOf(const std::string& key,
                                          std::string_view attribute) const {
    return Text(Get(key, attribute));
  }

 private:
  static const std::string* Text(const Document* value) {
    return value == nullptr ? nullptr : value->AsString();
  }
  void AddRelation(const Document& relation) {
    const auto* kind = Text(relation.Find("kind"));
    const auto* from = Text(relation.Find("from"));
    const auto* to = Text(relation.Find("to"));
    if (kind == nullptr || from == nullptr || to == nullptr) return;
    if (*kind == "engine-of" || *kind == "accelerator-of") {
      parents_[*from] = *to;
    }
  }

  std::map<std::string, const Document*> entities_;
  std::map<std::string, std::string> parents_;
};

// Whether it has a node that somebody may be given by its path.
bool IsWanted(const Machine& machine, const std::string& key) {
  const std::string* framework = machine.TextOf(key, attr::kFramework);
  const std::string* grant = machine.TextOf(key, attr::kGrant);
  const Document* instances = machine.Get(key, attr::kInstances);
  return framework != nullptr && *framework != "vfio" && *framework != "mdev" &&
         *framework != "soft" && (grant == nullptr || *grant != "none") &&
         (instances == nullptr || *instances != Document(0));
}

// "accelerator:renderD128" -> "renderD128".
std::string NameOf(const std::string& key) {
  const auto colon = key.find(':');
  return DeviceNameFrom(colon == std::string::npos ? key
                                                   : key.substr(colon + 1));
}

std::string VariableOf(const std::string& name) {
  std::string variable = "ACCELD_DEVICE_";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool fits = byte < 0x80 && std::isalnum(byte) != 0;
    variable.push_back(fits ? static_cast<char>(std::toupper(byte)) : '_');
  }
  return variable;
}

std::string DescriptionOf(const Machine& machine, const std::string& key) {
  std::string text = key;
  if (const auto* address = machine.TextOf(key, attr::kAddress)) {
    text.append(" pci=").append(*address);
  }
  const Document* node = machine.Get(key, attr::kNumaNode);
  if (node != nullptr && node->AsInteger() != nullptr) {
    text.append(" numa=").append(std::to_string(*node->AsInteger()));
  }
  return text;
}

bool Has(const Spec& spec, const std::string& name) {
  return std::any_of(spec.devices.begin(), spec.devices.end(),
                     [&](const Device& one) { return one.name == name; });
}

Result<Device> DeviceOf(const Machine& machine, const std::string& key,
                        const std::string& path, const std::string& root) {
  const std::string* number = machine.TextOf(key, attr::kDeviceNumber);
  if (number == nullptr) {
    return Fail(ErrorCode::kUnsupported, "its number is not known");
  }
  ACCELD_TRY(const dev_t wanted, ParseDeviceNumber(*number));
  ACCELD_TRY(DeviceNode node, FindDeviceNode(path, wanted, root));
  Device device;
  device.name = NameOf(key);
  device.edits.env.emplace_back(VariableOf(device.name),
                                DescriptionOf(machine, key));
  device.edits.nodes.push_back(std::move(node));
  return device;
}

}  // namespace

Result<Inventory> InventoryOf(const Document& document,
                              const std::string& root) {
  ACCELD_TRY(const Machine machine, Machine::Read(document));
  Inventory inventory;
  std::map<std::string, Spec> specs;  // by class
  for (const auto& [key, entity] : machine.entities()) {
    const Document* attributes = entity->Find("attributes");
    if (attributes == nullptr || attributes->Find(attr::kNodePath) == nullptr ||
        !IsWanted(machine, key)) {
      continue;
    }
    const std::string* path = machine.TextOf(key, attr::kNodePath);
    if (path == nullptr) continue;
    auto device = DeviceOf(machine, key, *path, root);
    if (!device) {
      inventory.left_out.push_back(key + ": " + device.error().message);
      continue;
    }
    const std::string device_class =
        ClassFrom(*machine.TextOf(key, attr::kFramework));
    Spec& spec = specs[device_class];
    spec.kind = KindOf(kVendor, device_class);
    // Engines would drop the whole file.
    if (Has(spec, device->name)) {
      inventory.left_out.push_back(key + ": another is called " + device->name);
      continue;
    }
    spec.devices.push_back(*std::move(device));
  }
  for (auto& [device_class, spec] : specs) {
    inventory.specs.push_back(std::move(spec));
  }
  return inventory;
}

}  // namespace acceld::cdi
