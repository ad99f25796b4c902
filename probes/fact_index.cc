#include "probes/fact_index.h"

namespace acceld::probes {

FactIndex::FactIndex(const FactSet& facts) : facts_(facts) {
  for (const EntityFact& entity : facts.entities) {
    if (!kinds_.emplace(entity.key, entity.kind).second) continue;
    if (entity.kind == VertexKind::kPciFunction ||
        entity.kind == VertexKind::kRootPort ||
        entity.kind == VertexKind::kSwitchPort) {
      pci_keys_.push_back(entity.key);
    }
  }
  for (std::size_t i = 0; i < facts.attributes.size(); ++i) {
    attributes_[facts.attributes[i].key].push_back(i);
  }
}

std::optional<VertexKind> FactIndex::KindOf(const std::string& key) const {
  const auto found = kinds_.find(key);
  if (found == kinds_.end()) return std::nullopt;
  return found->second;
}

const Attribute* FactIndex::Get(const std::string& key,
                                std::string_view name) const {
  const auto found = attributes_.find(key);
  if (found == attributes_.end()) return nullptr;
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
