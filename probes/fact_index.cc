#include "probes/fact_index.h"

#include <functional>

namespace acceld::probes {

const FactIndex::Tables& FactIndex::tables() const {
  if (!tables_) {
    constexpr std::size_t kFirst = 256;  // a power of two
    tables_.emplace().slots.assign(kFirst, 0);
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
    Thing& thing = Take(entity.key, true, entities_taken_);
    if (thing.is_entity && thing.fact != entities_taken_) continue;
    thing.is_entity = true;
    thing.fact = entities_taken_;
    if (entity.kind == VertexKind::kPciFunction ||
        entity.kind == VertexKind::kRootPort ||
        entity.kind == VertexKind::kSwitchPort) {
      made.pci_keys.push_back(entity.key);
    }
  }
  while (attributes_taken_ < attribute_count_) {
    const std::string& key = facts_.attributes[attributes_taken_].key;
    std::size_t end = attributes_taken_ + 1;
    while (end < attribute_count_ && facts_.attributes[end].key == key) ++end;
    Thing& thing = Take(key, false, attributes_taken_);
    made.runs.push_back({attributes_taken_, end, 0});
    const std::size_t run = made.runs.size();
    if (thing.last_run != 0) made.runs[thing.last_run - 1].next = run;
    if (thing.first_run == 0) thing.first_run = run;
    thing.last_run = run;
    attributes_taken_ = end;
  }
}

const std::string& FactIndex::KeyOf(const Thing& thing) const {
  return thing.is_entity ? facts_.entities[thing.fact].key
                         : facts_.attributes[thing.fact].key;
}

std::size_t FactIndex::SlotOf(std::string_view key, std::size_t hash) const {
  const Tables& made = *tables_;
  const std::size_t mask = made.slots.size() - 1;  // a power of two
  std::size_t slot = hash & mask;
  for (; made.slots[slot] != 0; slot = (slot + 1) & mask) {
    const Thing& thing = made.things[made.slots[slot] - 1];
    if (thing.hash == hash && KeyOf(thing) == key) break;
  }
  return slot;
}

const FactIndex::Thing* FactIndex::Find(std::string_view key) const {
  const Tables& made = tables();
  const std::size_t place =
      made.slots[SlotOf(key, std::hash<std::string_view>()(key))];
  return place == 0 ? nullptr : &made.things[place - 1];
}

FactIndex::Thing& FactIndex::Take(const std::string& key, bool is_entity,
                                  std::size_t fact) const {
  Tables& made = *tables_;
  const std::size_t hash = std::hash<std::string_view>()(key);
  std::size_t slot = SlotOf(key, hash);
  if (made.slots[slot] != 0) return made.things[made.slots[slot] - 1];
  if (made.things.size() * 2 >= made.slots.size()) {
    Grow();
    slot = SlotOf(key, hash);
  }
  made.things.push_back({hash, is_entity, fact, 0, 0});
  made.slots[slot] = made.things.size();
  return made.things.back();
}

void FactIndex::Grow() const {
  Tables& made = *tables_;
  made.slots.assign(made.slots.size() * 2, 0);
  const std::size_t mask = made.slots.size() - 1;
  for (std::size_t i = 0; i < made.things.size(); ++i) {
    std::size_t slot = made.things[i].hash & mask;
    while (made.slots[slot] != 0) slot = (slot + 1) & mask;
    made.slots[slot] = i + 1;
  }
}

std::optional<VertexKind> FactIndex::KindOf(const std::string& key) const {
  const Thing* thing = Find(key);
  if (thing == nullptr || !thing->is_entity) return std::nullopt;
  return facts_.entities[thing->fact].kind;
}

const Attribute* FactIndex::Get(const std::string& key,
                                std::string_view name) const {
  const Thing* thing = Find(key);
  if (thing == nullptr) return nullptr;
  const Attribute* best = nullptr;
  for (std::size_t at = thing->first_run; at != 0;) {
    const Run& run = tables_->runs[at - 1];
    at = run.next;
    for (std::size_t i = run.begin; i < run.end; ++i) {
      const Attribute& candidate = facts_.attributes[i].attribute;
      if (candidate.name != name) continue;
      if (best == nullptr || candidate.from.evidence < best->from.evidence) {
        best = &candidate;
      }
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
