#include "client/topo/machine_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "graph/quantity.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

struct KindWord {
  VertexKind kind;
  std::string_view one;
  std::string_view many;
};

constexpr KindWord kTotals[] = {
    {VertexKind::kPackage, "package", "packages"},
    {VertexKind::kNumaNode, "NUMA node", "NUMA nodes"},
    {VertexKind::kMemoryTarget, "memory", "memories"},
    {VertexKind::kPciFunction, "PCI function", "PCI functions"},
    {VertexKind::kAccelerator, "accelerator", "accelerators"},
    {VertexKind::kEngine, "engine", "engines"},
    {VertexKind::kNic, "NIC", "NICs"},
    {VertexKind::kStorage, "storage device", "storage devices"},
    {VertexKind::kFabricHub, "fabric hub", "fabric hubs"},
    {VertexKind::kIommuUnit, "IOMMU unit", "IOMMU units"},
};

std::size_t CountOf(const Topology& topology, VertexKind kind) {
  const auto vertices = topology.vertices();
  return static_cast<std::size_t>(
      std::count_if(vertices.begin(), vertices.end(),
                    [kind](const Vertex& v) { return v.kind == kind; }));
}

// Memories of the machine itself: what a device keeps to itself is not among
// what programs of the CPUs can have.
Bytes CapacityOf(const Topology& topology) {
  std::int64_t total = 0;
  for (const Vertex& vertex : topology.vertices()) {
    const AttributeValue* value = vertex.Get(attr::kCapacity);
    const auto* bytes = value == nullptr ? nullptr : std::get_if<Bytes>(value);
    if (vertex.kind != VertexKind::kMemoryTarget || bytes == nullptr ||
        topology.RelatedFrom(vertex.id, RelationKind::kMemoryOf).empty() ||
        __builtin_add_overflow(total, bytes->value(), &total)) {
      continue;
    }
  }
  return Bytes(total);
}

using Groups = std::map<std::int64_t, std::vector<VertexId>>;

Groups GroupsOf(const Topology& topology) {
  Groups groups;
  for (const Vertex& vertex : topology.vertices()) {
    const bool function = vertex.kind == VertexKind::kPciFunction ||
                          vertex.kind == VertexKind::kRootPort ||
                          vertex.kind == VertexKind::kSwitchPort ||
                          vertex.kind == VertexKind::kPlatformDevice;
    const AttributeValue* value = vertex.Get(attr::kIommuGroup);
    const auto* group =
        value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    if (function && group != nullptr) groups[*group].push_back(vertex.id);
  }
  return groups;
}

// "0-3, 7".
std::string Ranges(const std::set<std::int64_t>& numbers) {
  std::string text;
  for (auto at = numbers.begin(); at != numbers.end();) {
    const std::int64_t first = *at;
    std::int64_t last = first;
    while (++at != numbers.end() && *at == last + 1) last = *at;
    text.append(text.empty() ? "" : ", ").append(std::to_string(first));
    if (last != first) text.append("-").append(std::to_string(last));
  }
  return text;
}

// What the unit can do for shared virtual addresses and for guests.
void AddUnitAbilities(const Vertex& unit, std::vector<Token>& tokens) {
  const std::string kind = TextOf(unit, "iommu_kind");
  if (!kind.empty()) tokens.push_back({.text = kind});
  const std::string width = TextOf(unit, attr::kPasidWidth);
  if (!width.empty()) {
    tokens.push_back(
        {.text = width == "0" ? "no PASID" : "PASID " + width + " bits"});
  }
  constexpr std::pair<std::string_view, std::string_view> kAbilities[] = {
      {"ats", "ATS"}, {"pri", "PRI"}, {"nesting", "nested translation"}};
  for (const auto& [name, word] : kAbilities) {
    if (TextOf(unit, name) == "true") {
      tokens.push_back({.text = std::string(word)});
    }
  }
}

void AppendUnit(const Topology& topology, const Vertex& unit, const Look& look,
                std::string& out) {
  const auto translated =
      topology.RelatedTo(unit.id, RelationKind::kTranslatedBy);
  std::set<std::int64_t> groups;
  for (const VertexId id : translated) {
    const AttributeValue* value = topology.vertex(id).Get(attr::kIommuGroup);
    const auto* group =
        value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    if (group != nullptr) groups.insert(*group);
  }
  std::vector<Token> tokens = {
      {.text = Printable(unit.key), .role = Role::kKey},
      {.text = "translates " + std::to_string(translated.size()) +
               (translated.size() == 1 ? " function" : " functions")}};
  if (!groups.empty()) {
    tokens.push_back(
        {.text = (groups.size() == 1 ? "group " : "groups ") + Ranges(groups)});
  }
  AddUnitAbilities(unit, tokens);
  AppendWrapped(look, "  ", "      ", tokens, out);
}

// How devices are translated ("DMA", "identity"): a device in an identity
// domain reaches all of memory.
void AppendDomains(const Topology& topology, const Look& look,
                   std::string& out) {
  std::map<std::string, std::size_t> functions;
  for (const Vertex& vertex : topology.vertices()) {
    const std::string type = TextOf(vertex, "iommu_domain_type");
    if (!type.empty()) ++functions[type];
  }
  if (functions.empty()) return;
  std::vector<Token> tokens = {{.text = "domain types"}};
  for (const auto& [type, count] : functions) {
    tokens.push_back({.text = type + ": " + std::to_string(count) +
                              (count == 1 ? " function" : " functions")});
  }
  AppendWrapped(look, "  ", "      ", tokens, out);
}

// Messages often begin with the place, which stands before them already.
std::string WhatOf(const probes::Fault& fault) {
  constexpr std::size_t kLongest = 512;
  std::string_view what = fault.what;
  if (what.starts_with(fault.where)) {
    what.remove_prefix(fault.where.size());
    if (what.starts_with(": ")) what.remove_prefix(2);
  }
  return Printable(what, kLongest);
}

void AppendHeading(std::string_view text, const Look& look, std::string& out) {
  out.append("\n").append(look.Paint(text, Role::kHeading)).append("\n");
}

}  // namespace

void AppendTotals(const Topology& topology, const std::string& origin,
                  const Look& look, std::string& out) {
  std::vector<Token> tokens = {{.text = "machine", .role = Role::kKey}};
  for (const KindWord& word : kTotals) {
    const std::size_t count = CountOf(topology, word.kind);
    if (count == 0) continue;
    std::string text = std::to_string(count) + " ";
    text.append(count == 1 ? word.one : word.many);
    const Bytes capacity = CapacityOf(topology);
    if (word.kind == VertexKind::kMemoryTarget && capacity.value() != 0) {
      text.append(" (").append(graph::Readable(capacity)).append(" on nodes)");
    }
    tokens.push_back({.text = std::move(text)});
  }
  tokens.push_back(
      {.text = "[" + Printable(origin) + "]", .role = Role::kFaint});
  AppendWrapped(look, "", "    ", tokens, out);
}

void AppendIommu(const Topology& topology, const Look& look, std::string& out) {
  const Groups groups = GroupsOf(topology);
  const std::size_t units = CountOf(topology, VertexKind::kIommuUnit);
  if (CountOf(topology, VertexKind::kPciFunction) == 0 && units == 0) return;
  AppendHeading("IOMMU", look, out);
  for (const Vertex& vertex : topology.vertices()) {
    if (vertex.kind == VertexKind::kIommuUnit) {
      AppendUnit(topology, vertex, look, out);
    }
  }
  if (groups.empty()) {
    out.append(
        "  no IOMMU groups are known: no IOMMU in use, or none recorded\n");
    return;
  }
  std::size_t alone = 0;
  for (const auto& [group, members] : groups) {
    if (members.size() == 1) {
      ++alone;
      continue;
    }
    std::vector<Token> tokens = {
        {.text = "group " + std::to_string(group), .role = Role::kKey}};
    for (const VertexId id : members) {
      tokens.push_back({.text = KeyOf(topology, id)});
    }
    AppendWrapped(look, "  ", "      ", tokens, out);
  }
  if (alone != 0) {
    out.append("  ").append(std::to_string(alone));
    out.append(alone == 1 ? " group of a single function\n"
                          : " groups of a single function\n");
  }
  AppendDomains(topology, look, out);
}

void AppendGaps(const Topology& topology, const Look& look, std::string& out) {
  constexpr KindWord kNeeded[] = {
      {VertexKind::kPackage, "packages", "/sys/devices/system/cpu"},
      {VertexKind::kNumaNode, "NUMA nodes", "/sys/devices/system/node"},
      {VertexKind::kMemoryTarget, "memory", "/sys/devices/system/node"},
      {VertexKind::kHostBridge, "PCI buses", "/sys/devices/pci*"},
      {VertexKind::kAccelerator, "accelerators",
       "no framework has a device here"},
  };
  std::string text;
  for (const KindWord& needed : kNeeded) {
    if (CountOf(topology, needed.kind) != 0) continue;
    text.append("  no ").append(needed.one).append(" (");
    text.append(needed.many).append(")\n");
  }
  if (text.empty()) return;
  AppendHeading("Not found", look, out);
  out.append(text);
}

void AppendFaults(const Topology& topology, std::size_t most, const Look& look,
                  std::string& out) {
  const auto faults = topology.faults();
  if (faults.empty()) return;
  AppendHeading("Faults", look, out);
  out.append("  ").append(std::to_string(faults.size()));
  out.append(faults.size() == 1 ? " thing" : " things");
  out.append(" could not be read or believed; the rest stands\n");
  const std::size_t shown = std::min(most, faults.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const std::vector<Token> tokens = {
        {.text = std::string(ErrorCodeName(faults[i].code)),
         .role = Role::kBad},
        {.text = Printable(faults[i].where)},
        {.text = WhatOf(faults[i])}};
    AppendWrapped(look, "  ", "      ", tokens, out);
  }
  if (shown < faults.size()) {
    out.append("  ").append(std::to_string(faults.size() - shown));
    out.append(" more: accel-topo show --faults\n");
  }
}

}  // namespace acceld::topo
