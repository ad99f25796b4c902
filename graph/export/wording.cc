#include "graph/export/wording.h"

#include <optional>
#include <utility>

#include "base/utf8.h"
#include "graph/export/memory_wording.h"
#include "graph/link_width.h"
#include "graph/pci_class.h"

namespace acceld::graph::exports {
namespace {

class Phrases {
 public:
  void Add(std::string text, Tone tone = Tone::kPlain) {
    if (!text.empty()) list_.push_back({std::move(text), tone, false});
  }
  void AddIdentity(std::string_view label, const std::string& text) {
    if (text.empty()) return;
    list_.push_back({std::string(label) + text, Tone::kFaint, true});
  }
  std::vector<Phrase> Take() { return std::move(list_); }

 private:
  std::vector<Phrase> list_;
};

bool IsTrue(const Vertex& vertex, std::string_view name) {
  const AttributeValue* value = vertex.Get(name);
  const bool* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

// "16 cores", "1 core".
std::string Counted(std::string count, std::string_view what) {
  if (count.empty()) return count;
  const bool one = count == "1";
  return count.append(" ").append(what).append(one ? "" : "s");
}

void AddUplink(const Hanging& hanging, VertexId id, Phrases& phrases) {
  const Link* link = hanging.UplinkOf(id);
  if (link == nullptr) return;
  const LinkWidth width = WidthOf(hanging.topology(), *link);
  phrases.Add(width.text,
              width.IsBelowMaximum() ? Tone::kWarning : Tone::kPlain);
}

void AddHealth(const Vertex& vertex, Phrases& phrases) {
  const std::string health = AttributeText(vertex, attr::kHealth);
  if (health.empty() || health == "ok" || health == "unknown") return;
  phrases.Add(health, health == "failed" ? Tone::kBad : Tone::kWarning);
}

// "SVA, PASID 20 bits, ATS, PRI": what is switched on.
void AddSharedAddressing(const Vertex& vertex, Phrases& phrases) {
  std::string text;
  const auto add = [&text](std::string_view word) {
    text.append(text.empty() ? "" : ", ").append(word);
  };
  if (IsTrue(vertex, attr::kPasidEnabled)) {
    const std::string bits = AttributeText(vertex, attr::kPasidWidth);
    add(bits.empty() ? "PASID" : "PASID " + bits + " bits");
  }
  if (IsTrue(vertex, attr::kAtsEnabled)) add("ATS");
  if (IsTrue(vertex, attr::kPriEnabled)) add("PRI");
  phrases.Add(std::move(text));
}

std::string Model(const Vertex& vertex) {
  std::string name = AttributeText(vertex, attr::kName);
  if (!name.empty()) return name;
  const std::string vendor = AttributeText(vertex, attr::kVendor);
  const std::string device = AttributeText(vertex, attr::kDevice);
  if (vendor.empty() || device.empty()) return vendor + device;
  return vendor + ":" + device;
}

void WordPackage(const Vertex& vertex, Phrases& phrases) {
  phrases.Add(AttributeText(vertex, attr::kName));
  phrases.Add(Counted(AttributeText(vertex, "cores"), "core"));
  const std::string cpus = AttributeText(vertex, attr::kCpus);
  if (!cpus.empty()) phrases.Add("cpus " + cpus);
}

void WordNode(const Topology& topology, const Vertex& vertex,
              Phrases& phrases) {
  const std::string cpus = AttributeText(vertex, attr::kCpus);
  const bool has_memory =
      !topology.RelatedTo(vertex.id, RelationKind::kMemoryOf).empty();
  if (!cpus.empty()) {
    phrases.Add("cpus " + cpus);
    if (!has_memory) phrases.Add("no memory");
  } else {
    phrases.Add(has_memory ? "memory only" : "no cpus, no memory");
  }
  phrases.Add(AttributeText(vertex, attr::kName));
}

void WordPort(const Hanging& hanging, const Vertex& vertex, Phrases& phrases) {
  if (vertex.kind == VertexKind::kRootPort) phrases.Add("root port");
  if (vertex.kind == VertexKind::kSwitchPort) {
    constexpr std::string_view kTail = "-port";
    std::string type = AttributeText(vertex, attr::kPortType);
    if (type.ends_with(kTail)) type.resize(type.size() - kTail.size());
    phrases.Add(type.empty() ? "switch" : type);
  }
  phrases.Add(AttributeText(vertex, attr::kName));
  AddUplink(hanging, vertex.id, phrases);
  // It must hang somewhere; where nobody knows its node, say so. What a
  // described host states is assumed too, but somebody stated it.
  const Attribute* node = vertex.kind == VertexKind::kHostBridge
                              ? vertex.Find(attr::kNumaNode)
                              : nullptr;
  if (node != nullptr && node->from.evidence == Evidence::kAssumed &&
      !node->from.source.starts_with("described by ")) {
    phrases.Add("on this node by assumption", Tone::kWarning);
  }
}

void WordIommu(const Topology& topology, const Vertex& vertex,
               Phrases& phrases) {
  phrases.Add(AttributeText(vertex, "iommu_kind"));
  const auto translated =
      topology.RelatedTo(vertex.id, RelationKind::kTranslatedBy);
  phrases.Add("translates " +
              Counted(std::to_string(translated.size()), "function"));
  const std::string bits = AttributeText(vertex, attr::kPasidWidth);
  if (!bits.empty()) {
    phrases.Add(bits == "0" ? "no PASID" : "PASID " + bits + " bits");
  }
}

void WordFunction(const Topology& topology, const Hanging& hanging,
                  const Vertex& vertex, Phrases& phrases) {
  phrases.Add(Model(vertex));
  phrases.Add(AttributeText(vertex, attr::kDriver));
  AddUplink(hanging, vertex.id, phrases);
  AddSharedAddressing(vertex, phrases);
  for (const VertexId owner :
       topology.RelatedFrom(vertex.id, RelationKind::kVirtualOf)) {
    phrases.Add("VF of " + ShortName(topology.vertex(owner)));
  }
  phrases.AddIdentity("group ", AttributeText(vertex, attr::kIommuGroup));
  AddHealth(vertex, phrases);
}

// "compress/zlib, gzip": one phrase for each family.
void AddFunctions(const Vertex& vertex, Phrases& phrases) {
  const AttributeValue* value = vertex.Get(attr::kFunctions);
  const auto* names =
      value == nullptr ? nullptr : std::get_if<std::vector<std::string>>(value);
  if (names == nullptr) return;
  std::vector<std::pair<std::string, std::string>> families;
  for (const std::string& name : *names) {
    const std::size_t slash = name.find('/');
    const std::string family = name.substr(0, slash);
    if (!families.empty() && families.back().first == family &&
        slash != std::string::npos) {
      families.back().second.append(", ").append(name.substr(slash + 1));
    } else {
      families.emplace_back(family, name);
    }
  }
  for (auto& [family, text] : families) phrases.Add(Printable(text));
}

void WordDevice(const Topology& topology, const Hanging& hanging,
                const Vertex& vertex, Phrases& phrases) {
  phrases.Add(AttributeText(vertex, attr::kName));
  std::string driven = AttributeText(vertex, attr::kFramework);
  const std::string driver = AttributeText(vertex, attr::kDriver);
  if (!driver.empty() && driver != driven) {
    driven.append(driven.empty() ? "" : "/").append(driver);
  }
  phrases.Add(driven);
  AddFunctions(vertex, phrases);
  // A memory of its own has a box that says how much.
  bool has_memory_box = false;
  for (const VertexId child : hanging.ChildrenOf(vertex.id)) {
    has_memory_box |= topology.vertex(child).kind == VertexKind::kMemoryTarget;
  }
  if (!has_memory_box) phrases.Add(AttributeText(vertex, attr::kMemory));
  phrases.Add(AttributeText(vertex, attr::kCapacity));
  phrases.Add(Counted(AttributeText(vertex, attr::kInstances), "open"));
  const std::string sva = AttributeText(vertex, attr::kSva);
  if (!sva.empty() && sva != "unknown") phrases.Add("SVA " + sva);
  AddHealth(vertex, phrases);
}

std::string TitleOf(const Vertex& vertex) {
  switch (vertex.kind) {
    case VertexKind::kMemoryTarget:
      return MemoryTitle(vertex);
    case VertexKind::kMemorySideCache: {
      const std::string size = AttributeText(vertex, attr::kCapacity);
      return size.empty() ? "memory-side cache" : size + " memory-side cache";
    }
    case VertexKind::kPciFunction: {
      const std::string code = AttributeText(vertex, attr::kClass);
      const std::string what = code.empty() ? code : ClassName(code);
      return ShortName(vertex) + (what.empty() ? "" : " " + what);
    }
    case VertexKind::kPackage:
    case VertexKind::kNumaNode:
    case VertexKind::kHostBridge:
    case VertexKind::kIommuUnit:
      return Printable(vertex.key);
    default:
      return ShortName(vertex);
  }
}

}  // namespace

Wording WordingOf(const Topology& topology, const Hanging& hanging,
                  const Vertex& vertex) {
  Phrases phrases;
  switch (vertex.kind) {
    case VertexKind::kPackage:
      WordPackage(vertex, phrases);
      break;
    case VertexKind::kIommuUnit:
      WordIommu(topology, vertex, phrases);
      break;
    case VertexKind::kNumaNode:
      WordNode(topology, vertex, phrases);
      break;
    case VertexKind::kMemoryTarget:
      return {TitleOf(vertex), MemoryPhrases(topology, hanging, vertex)};
    case VertexKind::kMemorySideCache:
      break;
    case VertexKind::kHostBridge:
    case VertexKind::kRootPort:
    case VertexKind::kSwitchPort:
      WordPort(hanging, vertex, phrases);
      break;
    case VertexKind::kPciFunction:
      WordFunction(topology, hanging, vertex, phrases);
      break;
    default:
      WordDevice(topology, hanging, vertex, phrases);
      break;
  }
  return {TitleOf(vertex), phrases.Take()};
}

}  // namespace acceld::graph::exports
