#include <optional>
#include <utility>

#include "daemon/service/device_state.h"
#include "daemon/service/guarded.h"
#include "daemon/service/objects.h"
#include "daemon/service/policy_document.h"
#include "daemon/service/visibility.h"

namespace acceld::daemon {
namespace {

std::string TextOf(const graph::Vertex& vertex, std::string_view name,
                   const char* absent) {
  const AttributeValue* value = vertex.Get(name);
  return value == nullptr ? absent : ToText(*value);
}

std::int64_t NumberOf(const graph::Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const auto* number =
      value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? -1 : *number;
}

std::string KeyOf(const graph::Topology& topology,
                  std::optional<graph::VertexId> id) {
  return id ? topology.vertex(*id).key : std::string();
}

Document FunctionsOf(const graph::Vertex& vertex) {
  const AttributeValue* value = vertex.Get(attr::kFunctions);
  return value == nullptr ? Document(Document::Array{}) : ToDocument(*value);
}

Document AttributesOf(const Visibility& seen, const graph::Vertex& vertex) {
  Document attributes = Document::Object{};
  for (const Attribute& attribute : vertex.attributes) {
    if (seen.Conceals(attribute)) continue;
    Document entry;
    entry.Set("value", ToDocument(attribute.value));
    entry.Set("evidence", EvidenceName(attribute.from.evidence));
    entry.Set("source", attribute.from.source);
    attributes.Set(attribute.name, std::move(entry));
  }
  return attributes;
}

// The IOMMU group is an attribute of the function that the device drives.
std::int64_t GroupOf(const graph::Topology& topology,
                     const graph::Vertex& vertex) {
  const std::int64_t own = NumberOf(vertex, attr::kIommuGroup);
  const auto function = topology.FunctionOf(vertex.id);
  if (own >= 0 || !function) return own;
  return NumberOf(topology.vertex(*function), attr::kIommuGroup);
}

}  // namespace

DeviceObject::DeviceObject(sdbus::IConnection& connection, Serving& serving,
                           const std::string& path, std::string key)
    : AdaptorInterfaces(connection, path),
      serving_(serving),
      key_(std::move(key)) {
  registerAdaptor();
}

DeviceObject::~DeviceObject() { unregisterAdaptor(); }

Document DeviceObject::PropertiesOf(const Broker& broker, const Asker& asker,
                                    const graph::Vertex& vertex) {
  const graph::Topology& topology = *broker.topology();
  Document properties;
  properties.Set("Key", vertex.key);
  properties.Set("Framework", TextOf(vertex, attr::kFramework, ""));
  properties.Set("Functions", FunctionsOf(vertex));
  properties.Set("NumaNode", KeyOf(topology, topology.NumaNodeOf(vertex.id)));
  properties.Set("Package", KeyOf(topology, topology.PackageOf(vertex.id)));
  properties.Set("PciFunction",
                 KeyOf(topology, topology.FunctionOf(vertex.id)));
  properties.Set("Capacity", NumberOf(vertex, attr::kInstances));
  properties.Set("InUse", broker.InUse(vertex.key));
  properties.Set("Health", TextOf(vertex, attr::kHealth, "unknown"));
  properties.Set("IommuGroup", GroupOf(topology, vertex));
  properties.Set("SvaVerdict", SvaVerdictDocument(broker, asker, vertex.key));
  Document quarantine = Document::Array{};
  for (Document& one : QuarantineDocuments(broker, asker, vertex.key)) {
    quarantine.Append(std::move(one));
  }
  properties.Set("Quarantine", std::move(quarantine));
  properties.Set("Taint", TaintDocument(broker, asker, vertex.id));
  properties.Set("Attributes", AttributesOf(Visibility(broker, asker), vertex));
  return properties;
}

Document DeviceObject::Read() {
  const auto id = serving_.broker.topology()->Find(key_);
  if (!id) throw ToBusError({ErrorCode::kDeviceGone, key_ + " is gone", 0});
  return PropertiesOf(serving_.broker, serving_.asker(),
                      serving_.broker.topology()->vertex(*id));
}

std::string DeviceObject::Text(const char* name) {
  return Guarded(name, [&] { return *Read().Find(name)->AsString(); });
}

std::int64_t DeviceObject::Number(const char* name) {
  return Guarded(name, [&] { return *Read().Find(name)->AsInteger(); });
}

std::string DeviceObject::Key() { return key_; }
std::string DeviceObject::Framework() { return Text("Framework"); }
std::string DeviceObject::NumaNode() { return Text("NumaNode"); }
std::string DeviceObject::Package() { return Text("Package"); }
std::string DeviceObject::PciFunction() { return Text("PciFunction"); }
std::string DeviceObject::Health() { return Text("Health"); }
std::int64_t DeviceObject::Capacity() { return Number("Capacity"); }
std::int64_t DeviceObject::InUse() { return Number("InUse"); }
std::int64_t DeviceObject::IommuGroup() { return Number("IommuGroup"); }

std::vector<std::string> DeviceObject::Functions() {
  return Guarded("Functions", [&] {
    std::vector<std::string> names;
    const Document properties = Read();
    for (const Document& name : *properties.Find("Functions")->AsArray()) {
      names.push_back(*name.AsString());
    }
    return names;
  });
}

api::WireDocument DeviceObject::SvaVerdict() {
  return Guarded("SvaVerdict",
                 [&] { return api::AsWire(*Read().Find("SvaVerdict")); });
}

std::vector<api::WireDocument> DeviceObject::Quarantine() {
  return Guarded("Quarantine", [&] {
    std::vector<api::WireDocument> list;
    const Document properties = Read();
    for (const Document& one : *properties.Find("Quarantine")->AsArray()) {
      list.push_back(api::AsWire(one));
    }
    return list;
  });
}

api::WireDocument DeviceObject::Taint() {
  return Guarded("Taint", [&] { return api::AsWire(*Read().Find("Taint")); });
}

api::WireDocument DeviceObject::Attributes() {
  return Guarded("Attributes",
                 [&] { return api::AsWire(*Read().Find("Attributes")); });
}

}  // namespace acceld::daemon
