#include "probes/fact_index.h"

namespace acceld::probes {

const FactIndex::Tables& FactIndex::tables() const {
  if (!tables_) {
    tables_.emplace();
    TakeIn();
  }
  return *tables_;
}

void FactIndex::CatchUp() const {
  entity_count_ = facts_.entities.size();
  attribute_count_ = facts_.attributes.size();
  if (tables_) TakeIn();
}

void FactIndex::TakeIn() const {
  Tables& made = *tables_;
  for (; entities_taken_ < entity_count_; ++entities_taken_) {
    const EntityFact& entity = facts_.entities[entities_taken_];
    if (!made.kinds.emplace(entity.key, entity.kind).second) continue;
    if (entity.kind == VertexKind::kPciFunction ||
        entity.kind == VertexKind::kRootPort ||
        entity.kind == VertexKind::kSwitchPort) {
      made.pci_keys.push_back(entity.key);
    }
  }
  // What is said of one thing mostly comes in a row: one look-up for all of it.
  std::vector<std::size_t>* of = nullptr;
  const std::string* key = nullptr;
  for (; attributes_taken_ < attribute_count_; ++attributes_taken_) {
    const std::string& next = facts_.attributes[attributes_taken_].key;
    if (key == nullptr || next != *key) of = &made.attributes[next];
    key = &next;
    of->push_back(attributes_taken_);
  }
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
