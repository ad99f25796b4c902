#include "integrations/kubernetes/dra/device_document.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/units.h"
#include "integrations/kubernetes/dra/device_names.h"
#include "integrations/kubernetes/dra/quantity.h"

namespace acceld::dra {
namespace {

constexpr std::string_view kStandardDomain = "resource.kubernetes.io/";
constexpr std::string_view kRefuse = "refuse: ";  // a taint of acceld

// The attributes of one device, as long as there is room.
class Attributes {
 public:
  explicit Attributes(std::size_t room) : room_(room) {}

  void Add(std::string name, const char* type, Document value) {
    // Two functions may come to one identifier.
    if (room_ == 0 || document_.Find(name) != nullptr) return;
    --room_;
    document_.Set(std::move(name), Document::Object{{type, std::move(value)}});
  }
  void AddOwn(const char* name, const std::optional<std::string>& text) {
    if (!text || text->empty()) return;
    Add(Own(name), "string", AttributeText(*text));
  }
  // What is compared, and so must not be cut.
  void AddKey(const char* name, const std::optional<std::string>& key) {
    if (key) Add(Own(name), "string", AttributeKey(*key));
  }
  void AddOwn(const char* name, std::optional<std::int64_t> number) {
    if (number) Add(Own(name), "int", *number);
  }
  [[nodiscard]] Document Take() { return std::move(document_); }

 private:
  static std::string Own(const char* name) {
    return std::string(kDriver) + "/" + name;
  }
  std::size_t room_;
  Document document_ = Document::Object{};
};

// "0000:3a" of "host-bridge:0000:3a".
std::optional<std::string> AfterColon(const std::optional<std::string>& key) {
  if (!key) return std::nullopt;
  return key->substr(key->find(':') + 1);
}

std::optional<std::int64_t> NumaNode(const MachineDevice& device) {
  const auto key = device.String("place_numa");  // "numa:3"
  const auto text = AfterColon(key);
  if (!text || text->empty() || text->size() > 6) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : *text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Source: k8s.io/dynamic-resource-allocation deviceattribute.
void AddStandard(const MachineDevice& device, const Release& release,
                 Attributes& attributes) {
  const std::string domain(kStandardDomain);
  if (const auto root = AfterColon(device.String("place_host_bridge"))) {
    attributes.Add(domain + "pcieRoot", "string", AttributeText("pci" + *root));
  }
  if (const auto address = AfterColon(device.String("place_function"))) {
    attributes.Add(domain + "pciBusID", "string", AttributeText(*address));
  }
  const auto node = NumaNode(device);
  if (node && release.HasNumaNode()) {
    attributes.Add(domain + "numaNode", "int", *node);
  }
}

Document AttributesOf(const MachineDevice& device, const Release& release,
                      std::size_t room) {
  Attributes attributes(room);
  AddStandard(device, release, attributes);
  // Which devices are near each other: equal within each group.
  attributes.AddKey("switch", device.String("place_switch"));
  attributes.AddKey("rootPort", device.String("place_root_port"));
  attributes.AddKey("hostBridge", device.String("place_host_bridge"));
  attributes.AddKey("numa", device.String("place_numa"));
  attributes.AddKey("package", device.String("place_package"));
  attributes.AddKey("fabric", device.fabric());
  attributes.AddOwn("iommuGroup", device.Integer("iommu_group"));
  attributes.AddKey("key", device.key());
  attributes.AddOwn("framework", device.String("framework"));
  attributes.AddOwn("vendor", device.String("vendor"));
  attributes.AddOwn("device", device.String("device"));
  auto model = device.String("model");
  attributes.AddOwn("model", model ? model : device.String("name"));
  attributes.AddOwn("health", device.Health());
  attributes.AddOwn("sva", device.String("sva"));
  attributes.AddOwn("pasidBits", device.Integer("pasid_width"));
  attributes.AddOwn("sharing", device.String("sharing_class"));
  for (const std::string& function : device.Strings("functions")) {
    attributes.Add(std::string(kFunctionDomain) + "/" + Identifier(function),
                   "bool", true);
  }
  return attributes.Take();
}

// A capacity of which a request that does not name it takes `without`.
Document Consumable(const std::string& value, std::int64_t without,
                    std::int64_t least) {
  Document range = Document::Object{{"min", PrintQuantity(least)}};
  return Document::Object{
      {"value", value},
      {"requestPolicy", Document::Object{{"default", PrintQuantity(without)},
                                         {"validRange", std::move(range)}}}};
}

Document CapacityOf(const MachineDevice& device) {
  Document capacity = Document::Object{};
  const bool shared = SharesOf(device) > 1;
  const std::string domain = std::string(kDriver) + "/";
  auto add = [&](const char* name, std::int64_t value, std::int64_t without,
                 std::int64_t least) {
    const std::string text = PrintQuantity(value);
    capacity.Set(domain + name, shared ? Consumable(text, without, least)
                                       : Document::Object{{"value", text}});
  };
  if (const auto memory = device.String("memory")) {
    const auto bytes = ParseBytes(*memory);
    if (bytes && bytes->value() > 0) add("memory", bytes->value(), 0, 0);
  }
  const auto instances = device.Integer("instances");
  // A claim that does not say how many it wants gets them all, and so the
  // device to itself: nobody shares a GPU by mistake.
  if (instances && *instances > 0) {
    add("instances", *instances, *instances, 1);
  }
  return capacity;
}

Document Taint(const char* key, std::string_view value, const char* effect) {
  Document taint;
  taint.Set("key", std::string(kDriver) + "/" + key);
  if (std::string text = LabelValue(value); !text.empty()) {
    taint.Set("value", std::move(text));
  }
  taint.Set("effect", effect);
  return taint;
}

// What failed or is out of use takes no new pods; those that run stay, as
// leases do: whether to evict them is for a DeviceTaintRule. What is degraded
// or to be avoided still serves, and there is no effect for "rather not".
Document TaintsOf(const MachineDevice& device, const Release& release) {
  constexpr std::string_view kAvoid = "avoid: ";
  Document taints = Document::Array{};
  const std::string health = device.Health();
  if (health == "failed") {
    taints.Append(Taint("health", health, "NoSchedule"));
  } else if (health == "degraded" && release.HasEffectNone()) {
    taints.Append(Taint("health", health, "None"));
  }
  const std::string taint = device.String("taint").value_or("");
  if (taint.starts_with(kRefuse)) {
    taints.Append(Taint("taint", std::string_view(taint).substr(kRefuse.size()),
                        "NoSchedule"));
  } else if (taint.starts_with(kAvoid) && release.HasEffectNone()) {
    taints.Append(
        Taint("taint", std::string_view(taint).substr(kAvoid.size()), "None"));
  }
  return taints;
}

}  // namespace

bool IsOutOfUse(const MachineDevice& device) {
  return device.Health() == "failed" ||
         device.String("taint").value_or("").starts_with(kRefuse);
}

std::int64_t SharesOf(const MachineDevice& device) {
  if (device.String("sharing_class") != "multi-app") return 1;
  return std::max<std::int64_t>(device.Integer("instances").value_or(1), 1);
}

std::optional<std::int64_t> PasidWidth(const MachineDevice& device) {
  // Of the PCI specification: a PASID has at most 20 bits.
  constexpr std::int64_t kWidest = 20;
  const auto width = device.Integer("pasid_width");
  if (!width || *width < 1 || *width > kWidest) return std::nullopt;
  if (device.String("sva").value_or("no") == "no") return std::nullopt;
  return width;
}

Document LastingAttributes(const MachineDevice& device,
                           const Release& release) {
  Document lasting = Document::Object{};
  const Document all = AttributesOf(device, release, kMaxAttributes);
  for (const auto& [name, value] : *all.AsObject()) {
    if (name != std::string(kDriver) + "/health") lasting.Set(name, value);
  }
  return lasting;
}

Document DeviceDocument(const MachineDevice& device, const std::string& name,
                        const Release& release) {
  Document capacity = CapacityOf(device);
  const std::size_t room = kMaxAttributes - capacity.AsObject()->size();
  Document document;
  document.Set("name", name);
  document.Set("attributes", AttributesOf(device, release, room));
  if (!capacity.AsObject()->empty()) {
    document.Set("capacity", std::move(capacity));
  }
  if (SharesOf(device) > 1) document.Set("allowMultipleAllocations", true);
  Document taints = TaintsOf(device, release);
  if (!taints.AsArray()->empty()) document.Set("taints", std::move(taints));
  return document;
}

}  // namespace acceld::dra
