#include "client/topo/describe.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/utf8.h"
#include "client/topo/describe_memory.h"
#include "graph/link_width.h"
#include "graph/pci_class.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Link;
using graph::Topology;
using graph::Vertex;
using graph::VertexId;

void Add(std::vector<Token>& tokens, std::string text,
         Role role = Role::kPlain) {
  if (!text.empty()) tokens.push_back({.text = std::move(text), .role = role});
}

// "LABEL VALUE", where siblings differ in the value only.
void AddIdentity(std::vector<Token>& tokens, std::string_view label,
                 std::string_view folded_label, std::string value) {
  if (value.empty()) return;
  std::string text(label);
  text.append(value);
  tokens.push_back({.text = std::move(text),
                    .role = Role::kFaint,
                    .identity = std::move(value),
                    .folded_label = std::string(folded_label)});
}

bool IsTrue(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const bool* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

void AddUplink(const graph::Hanging& hanging, VertexId id,
               std::vector<Token>& tokens) {
  const Link* link = hanging.UplinkOf(id);
  if (link == nullptr) return;
  const graph::LinkWidth width = graph::WidthOf(hanging.topology(), *link);
  Add(tokens, width.text,
      width.IsBelowMaximum() ? Role::kWarning : Role::kPlain);
}

void AddHealth(const Vertex& vertex, std::vector<Token>& tokens) {
  const std::string health = TextOf(vertex, attr::kHealth);
  if (health.empty() || health == "ok" || health == "unknown") return;
  Add(tokens, health, health == "failed" ? Role::kBad : Role::kWarning);
}

std::vector<Token> DescribePackage(const Vertex& vertex) {
  std::vector<Token> tokens;
  Add(tokens, TextOf(vertex, attr::kName));
  const std::string cores = TextOf(vertex, "cores");
  if (!cores.empty()) Add(tokens, cores + (cores == "1" ? " core" : " cores"));
  const std::string cpus = TextOf(vertex, attr::kCpus);
  if (!cpus.empty()) Add(tokens, "cpus " + cpus);
  Add(tokens, TextOf(vertex, "caches"));
  return tokens;
}

std::vector<Token> DescribeNode(const Topology& topology,
                                const Vertex& vertex) {
  std::vector<Token> tokens;
  const std::string cpus = TextOf(vertex, attr::kCpus);
  const bool has_memory =
      !topology.RelatedTo(vertex.id, RelationKind::kMemoryOf).empty();
  if (!cpus.empty()) {
    Add(tokens, "cpus " + cpus);
    if (!has_memory) Add(tokens, "no memory");
  } else {
    Add(tokens, has_memory ? "memory only, no cpus" : "no cpus, no memory");
  }
  if (vertex.Get("generic_initiator") != nullptr) {
    Add(tokens, "generic initiator");
    Add(tokens, TextOf(vertex, "initiator_devices"));
  }
  Add(tokens, TextOf(vertex, attr::kName));
  return tokens;
}

// "upstream-port" of a switch port says "port" twice.
std::string PortType(const Vertex& vertex) {
  constexpr std::string_view kTail = "-port";
  std::string type = TextOf(vertex, attr::kPortType);
  if (type.ends_with(kTail)) type.resize(type.size() - kTail.size());
  return type;
}

// A host bridge must hang somewhere; where nobody knows its node, say so. What
// a described host states counts as assumed too, but somebody stated it
// (docs/machine-document.md, "described by NAME").
void AddAssumedPlace(const Vertex& vertex, std::vector<Token>& tokens) {
  const Attribute* node = vertex.Find(attr::kNumaNode);
  if (node == nullptr || node->from.evidence != Evidence::kAssumed ||
      node->from.source.starts_with("described by ")) {
    return;
  }
  Add(tokens, "on this node by assumption", Role::kWarning);
}

std::vector<Token> DescribePort(const graph::Hanging& hanging,
                                const Vertex& vertex) {
  std::vector<Token> tokens;
  if (vertex.kind == VertexKind::kSwitchPort) {
    Add(tokens, PortType(vertex));
  }
  Add(tokens, TextOf(vertex, attr::kName));
  AddUplink(hanging, vertex.id, tokens);
  if (vertex.kind == VertexKind::kHostBridge) AddAssumedPlace(vertex, tokens);
  return tokens;
}

std::string Model(const Vertex& vertex) {
  std::string name = TextOf(vertex, attr::kName);
  if (!name.empty()) return name;
  const std::string vendor = TextOf(vertex, attr::kVendor);
  const std::string device = TextOf(vertex, attr::kDevice);
  if (vendor.empty() || device.empty()) return vendor + device;
  return vendor + ":" + device;
}

std::vector<Token> DescribeFunction(const Topology& topology,
                                    const graph::Hanging& hanging,
                                    const Vertex& vertex) {
  std::vector<Token> tokens;
  Add(tokens, Model(vertex));
  const std::string kind = TextOf(vertex, attr::kClass);
  if (!kind.empty()) Add(tokens, graph::ClassName(kind));
  Add(tokens, TextOf(vertex, attr::kDriver));
  AddUplink(hanging, vertex.id, tokens);
  Add(tokens, SharedAddressing(vertex));
  AddIdentity(tokens, "group ", "groups ", TextOf(vertex, attr::kIommuGroup));
  for (const VertexId owner :
       topology.RelatedFrom(vertex.id, RelationKind::kVirtualOf)) {
    Add(tokens, "virtual function of " + KeyOf(topology, owner));
  }
  AddHealth(vertex, tokens);
  return tokens;
}

// "compress/zlib,gzip": one word for each family, in the order in which the
// families come first. `devices` and `functions` write the names out.
void AddFunctions(const Vertex& vertex, std::vector<Token>& tokens) {
  const AttributeValue* value = vertex.Get(attr::kFunctions);
  const auto* names =
      value == nullptr ? nullptr : std::get_if<std::vector<std::string>>(value);
  if (names == nullptr) return;
  std::vector<std::pair<std::string, std::string>> families;
  for (const std::string& name : *names) {
    const std::size_t slash = std::min(name.find('/'), name.size());
    const std::string family = name.substr(0, slash);
    const auto known =
        std::find_if(families.begin(), families.end(),
                     [&](const auto& one) { return one.first == family; });
    if (known == families.end()) {
      families.emplace_back(family, name);
    } else if (slash + 1 < name.size()) {
      known->second.append(",").append(name.substr(slash + 1));
    }
  }
  for (const auto& [family, text] : families) Add(tokens, Printable(text));
}

void AddGrant(const Vertex& vertex, std::vector<Token>& tokens) {
  const std::string reason = TextOf(vertex, "not_offered");
  if (!reason.empty()) {
    Add(tokens, "not offered: " + Printable(reason), Role::kFaint);
    return;
  }
  std::string text;
  const std::string instances = TextOf(vertex, attr::kInstances);
  if (!instances.empty()) {
    text.append(instances).append(instances == "1" ? " open" : " opens");
  }
  const std::string sharing = TextOf(vertex, attr::kSharing);
  if (!sharing.empty()) {
    text.append(text.empty() ? "" : ", ").append(sharing);
  }
  const std::string grant = TextOf(vertex, attr::kGrant);
  if (!grant.empty()) {
    text.append(text.empty() ? "" : ", ").append("grant: ").append(grant);
  }
  Add(tokens, text);
}

std::vector<Token> DescribeDevice(const Topology& topology,
                                  const graph::Hanging& hanging,
                                  const Vertex& vertex) {
  std::vector<Token> tokens;
  std::string driven = TextOf(vertex, attr::kFramework);
  const std::string driver = TextOf(vertex, attr::kDriver);
  if (!driver.empty() && driver != driven) {
    driven.append(driven.empty() ? "" : "/").append(driver);
  }
  Add(tokens, driven);
  Add(tokens, TextOf(vertex, attr::kName));
  AddFunctions(vertex, tokens);
  Add(tokens, TextOf(vertex, attr::kMemory));
  Add(tokens, TextOf(vertex, attr::kCapacity));
  AddGrant(vertex, tokens);
  const std::string sva = TextOf(vertex, attr::kSva);
  if (!sva.empty()) Add(tokens, "sva: " + sva);
  AddIdentity(tokens, "", "", TextOf(vertex, attr::kNodePath));
  // The line of the function says it already where this hangs below it.
  const auto function = topology.FunctionOf(vertex.id);
  const bool below = function && hanging.ParentOf(vertex.id) == function;
  if (!below) {
    Add(tokens, SharedAddressing(vertex));
    AddIdentity(tokens, "group ", "groups ", TextOf(vertex, attr::kIommuGroup));
  }
  for (const VertexId shared :
       topology.RelatedFrom(vertex.id, RelationKind::kSharesMemory)) {
    if (hanging.ParentOf(shared) == vertex.id) continue;
    Add(tokens, "uses " + KeyOf(topology, shared));
  }
  AddHealth(vertex, tokens);
  return tokens;
}

std::vector<Token> DescribeHub(const Topology& topology, const Vertex& vertex) {
  std::vector<Token> tokens;
  Add(tokens, TextOf(vertex, attr::kName));
  const std::size_t members = topology.LinksOf(vertex.id).size();
  Add(tokens, std::to_string(members) + (members == 1 ? " link" : " links"));
  return tokens;
}

// "PASID 20 bits", "ATS (off)"; "" where the function cannot do it or nothing
// is known. `name` is that of the attributes: NAME_capable, NAME_enabled.
std::string CapabilityText(const Vertex& vertex, std::string_view name) {
  const std::string capable = std::string(name) + "_capable";
  const std::string enabled = std::string(name) + "_enabled";
  const bool on = IsTrue(vertex, enabled);
  const AttributeValue* can = vertex.Get(capable);
  const bool known =
      can != nullptr ? IsTrue(vertex, capable) : vertex.Get(enabled) != nullptr;
  if (!on && !known) return {};
  std::string text(name);
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  std::string width = TextOf(vertex, attr::kPasidWidth);
  if (width.empty()) width = TextOf(vertex, "pasid_capability_width");
  if (name == "pasid" && !width.empty()) text.append(" " + width + " bits");
  return on ? text : text + " (off)";
}

}  // namespace

std::vector<Token> Describe(const Topology& topology,
                            const graph::Hanging& hanging,
                            const Vertex& vertex) {
  switch (vertex.kind) {
    case VertexKind::kPackage:
      return DescribePackage(vertex);
    case VertexKind::kNumaNode:
      return DescribeNode(topology, vertex);
    case VertexKind::kMemoryTarget:
    case VertexKind::kMemorySideCache:
      return DescribeMemory(topology, hanging, vertex);
    case VertexKind::kHostBridge:
    case VertexKind::kRootPort:
    case VertexKind::kSwitchPort:
      return DescribePort(hanging, vertex);
    case VertexKind::kPciFunction:
      return DescribeFunction(topology, hanging, vertex);
    case VertexKind::kFabricHub:
      return DescribeHub(topology, vertex);
    case VertexKind::kIommuUnit:
      return DescribePackage(vertex);
    default:
      return DescribeDevice(topology, hanging, vertex);
  }
}

std::string TextOf(const Vertex& vertex, std::string_view name) {
  const Attribute* attribute = vertex.Find(name);
  if (attribute == nullptr) return {};
  if (const auto* list =
          std::get_if<std::vector<std::string>>(&attribute->value)) {
    std::string text;
    for (const std::string& element : *list) {
      text.append(text.empty() ? "" : ", ").append(Printable(element));
    }
    return text;
  }
  return graph::Marked(*attribute);
}

const Attribute* FindHereOrOnFunction(const Topology& topology,
                                      const Vertex& vertex,
                                      std::string_view name) {
  const Attribute* here = vertex.Find(name);
  if (here != nullptr) return here;
  const auto function = topology.FunctionOf(vertex.id);
  return function ? topology.vertex(*function).Find(name) : nullptr;
}

std::string KeyOf(const Topology& topology, VertexId id) {
  return Printable(topology.vertex(id).key);
}

std::string SharedAddressing(const Vertex& vertex) {
  std::string text;
  for (const std::string_view name : {"pasid", "ats", "pri"}) {
    const std::string part = CapabilityText(vertex, name);
    if (part.empty()) continue;
    text.append(text.empty() ? "" : ", ").append(part);
  }
  return text;
}

}  // namespace acceld::topo
