#include "probes/fact_index.h"

namespace acceld::probes {

const FactIndex::Tables& FactIndex::tables() const {
  if (tables_) return *tables_;
  Tables& made = tables_.emplace();
  for (std::size_t i = 0; i < entity_count_; ++i) {
    const EntityFact& entity = facts_.entities[i];
    if (!made.kinds.emplace(entity.key, entity.kind).second) continue;
    if (entity.kind == VertexKind::kPciFunction ||
        entity.kind == VertexKind::kRootPort ||
        entity.kind == VertexKind::kSwitchPort) {
      made.pci_keys.push_back(entity.key);
    }
  }
  for (std::size_t i = 0; i < attribute_count_; ++i) {
    made.attributes[facts_.attributes[i].key].push_back(i);
  }
  return made;
}

std::optional<VertexKind> FactIndex::KindOf(const std::string& key) const {
  const auto found = tables().kinds.find(key);
  if (found == tables().kinds.end()) return std::nullopt;
  return found->second;
}

const Attribute* FactIndex::Get(const std::string& key,
                                std::string_view name) const {
  const auto found = tables().attributes.find(key);
  if (found == tables().attributes.end()) return nullptr;
  const Attribute* best = nullptr;
  for (const std::size_t index : found->second) {
    const Attribute& candidate = facts_.attributes[index].attribute;
    if (candidate.name != name) continue;
    if (best == nullptr || candidate.from.evidence < best->from.evidence) {
      best = &candidate;
    }
  }
  return best;
}

std::optional<std::string> FactIndex::PciKey(const PciAddress& address) const {
  const std::string name = ToString(address);
  for (const VertexKind kind : {VertexKind::kPciFunction, VertexKind::kRootPort,
                                VertexKind::kSwitchPort}) {
    std::string key = std::string(Name(kind)) + ":" + name;
    if (KindOf(key) == kind) return key;
  }
  return std::nullopt;
}

std::string AddressOfKey(std::string_view key) {
  const std::size_t colon = key.find(':');
  return std::string(colon == std::string_view::npos ? key
                                                     : key.substr(colon + 1));
}

}  // namespace acceld::probes
