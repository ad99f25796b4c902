#include "client/topo/devices.h"

#include <array>
#include <utility>
#include <vector>

#include "client/topo/describe.h"
#include "client/topo/interfaces.h"
#include "client/topo/table.h"
#include "graph/offering.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

std::string HereOrOnFunction(const Topology& topology, const Vertex& vertex,
                             std::string_view name) {
  const Attribute* attribute = FindHereOrOnFunction(topology, vertex, name);
  return attribute == nullptr ? std::string() : graph::Marked(*attribute);
}

std::string CapacityOf(const Vertex& vertex) {
  std::string text = TextOf(vertex, attr::kInstances);
  const std::string free = TextOf(vertex, attr::kInstancesFree);
  if (!free.empty() && free != text) {
    text = free + " of " + (text.empty() ? "?" : text);
  }
  const std::string memory = TextOf(vertex, attr::kMemory);
  if (!memory.empty()) text.append(text.empty() ? "" : ", ").append(memory);
  return text;
}

std::string DriverOf(const Topology& topology, const Vertex& vertex) {
  std::string text = TextOf(vertex, attr::kFramework);
  const std::string driver = HereOrOnFunction(topology, vertex, attr::kDriver);
  if (driver.empty() || driver == text) return text;
  return text.append(text.empty() ? "" : "/").append(driver);
}

// "ok" is what everybody expects; a column of it would only take room.
std::string TroubleOf(const Topology& topology, const Vertex& vertex) {
  std::string health = HereOrOnFunction(topology, vertex, attr::kHealth);
  return health == "ok" ? std::string() : health;
}

// What is known for certain first; else what the function's bits allow.
std::string SharedAddressingOf(const Topology& topology, const Vertex& vertex) {
  std::string text = TextOf(vertex, attr::kSva);
  const auto function = topology.FunctionOf(vertex.id);
  if (!text.empty() || !function) return text;
  return SharedAddressing(topology.vertex(*function));
}

// The key without its kind, which the column's heading tells.
std::string NameOrNothing(const Topology& topology,
                          std::optional<VertexId> id) {
  const std::string key = id ? KeyOf(topology, *id) : std::string();
  const std::size_t colon = key.find(':');
  return colon == std::string::npos ? key : key.substr(colon + 1);
}

// The same device under other frameworks, without the kind: "kfd-2".
std::string OthersOf(const Topology& topology, const Vertex& vertex) {
  std::string text;
  for (const VertexId other : OtherInterfacesOf(topology, vertex)) {
    text.append(text.empty() ? "" : ", ")
        .append(NameOrNothing(topology, other));
  }
  return text;
}

void AddRow(const Topology& topology, const Vertex& vertex, Table& table) {
  table.AddRow({KeyOf(topology, vertex.id), DriverOf(topology, vertex),
                TextOf(vertex, attr::kFunctions),
                NameOrNothing(topology, topology.NumaNodeOf(vertex.id)),
                NameOrNothing(topology, topology.FunctionOf(vertex.id)),
                OthersOf(topology, vertex), CapacityOf(vertex),
                HereOrOnFunction(topology, vertex, attr::kIommuGroup),
                SharedAddressingOf(topology, vertex),
                TextOf(vertex, attr::kGrant), TroubleOf(topology, vertex)});
}

}  // namespace

std::string DevicesText(const Machine& machine, const Look& look) {
  const Topology& topology = *machine.topology;
  Table table({"device", "driver", "functions", "numa", "pci function",
               "same device as", "capacity", "group", "sva", "grant",
               "health"});
  for (const Vertex& vertex : topology.vertices()) {
    if (graph::IsOffered(vertex)) AddRow(topology, vertex, table);
  }
  if (table.empty()) return "no accelerators in this machine\n";
  return table.ToText(look);
}

Document DevicesDocument(const Machine& machine) {
  const Topology& topology = *machine.topology;
  Document devices = Document::Array{};
  for (const Vertex& vertex : topology.vertices()) {
    if (!graph::IsOffered(vertex)) continue;
    Document device;
    device.Set("key", vertex.key);
    const auto place = [&](const char* name, std::optional<VertexId> id) {
      if (id) device.Set(name, topology.vertex(*id).key);
    };
    place("numa", topology.NumaNodeOf(vertex.id));
    place("package", topology.PackageOf(vertex.id));
    place("pci_function", topology.FunctionOf(vertex.id));
    Document others = Document::Array{};
    for (const VertexId other : OtherInterfacesOf(topology, vertex)) {
      others.Append(topology.vertex(other).key);
    }
    if (!others.AsArray()->empty()) {
      device.Set("same_device_as", std::move(others));
    }
    Document attributes = Document::Object{};
    for (const Attribute& attribute : vertex.attributes) {
      attributes.Set(attribute.name, ToDocument(attribute.value));
    }
    constexpr std::array kOfFunction = {attr::kDriver,     attr::kIommuGroup,
                                        attr::kPasidWidth, attr::kPasidEnabled,
                                        attr::kAtsEnabled, attr::kPriEnabled,
                                        attr::kHealth};
    for (const std::string_view name : kOfFunction) {
      const Attribute* found = FindHereOrOnFunction(topology, vertex, name);
      if (found == nullptr || attributes.Find(name) != nullptr) continue;
      attributes.Set(std::string(name), ToDocument(found->value));
    }
    device.Set("attributes", std::move(attributes));
    devices.Append(std::move(device));
  }
  Document document;
  document.Set("devices", std::move(devices));
  return document;
}

}  // namespace acceld::topo
