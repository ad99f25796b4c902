// FactIndex: what earlier probes found, looked up by key, so that a later probe
// can name it and build on it.
//
// Sees the facts that are there when it is made or last caught up. Facts may be
// appended while it lives, not removed. Costs nothing until it is asked, so
// that a probe which finds no device of its framework may make one.
// Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/fact.h"
#include "probes/pci_address.h"

namespace acceld::probes {

class FactIndex {
 public:
  explicit FactIndex(const FactSet& facts)
      : facts_(facts),
        entity_count_(facts.entities.size()),
        attribute_count_(facts.attributes.size()) {}
  explicit FactIndex(FactSet&&) = delete;  // it must outlive the index

  [[nodiscard]] std::optional<VertexKind> KindOf(const std::string& key) const;
  // Best evidence first, then the first recorded; null where it is not known.
  // Stands until the next attribute is added to the facts.
  [[nodiscard]] const Attribute* Get(const std::string& key,
                                     std::string_view name) const;
  // The function or bridge at this address: "pci:...", "root-port:...".
  [[nodiscard]] std::optional<std::string> PciKey(
      const PciAddress& address) const;
  // Takes in what was added since it was made, at the cost of that alone.
  void CatchUp() const;
  // All of them.
  [[nodiscard]] const std::vector<std::string>& pci_keys() const {
    return tables().pci_keys;
  }

 private:
  // Attributes in a row, of one thing.
  struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t next = 0;  // another of the same thing: place + 1, 0: none
  };
  struct Thing {
    std::size_t hash = 0;  // of its key
    bool is_entity = false;
    std::size_t fact = 0;       // the entity or attribute that first names it
    std::size_t first_run = 0;  // place + 1, 0: none
    std::size_t last_run = 0;
  };
  // A hash table without a copy of any key: every probe makes an index, and
  // most ask it little.
  struct Tables {
    std::vector<Thing> things;
    std::vector<std::size_t> slots;  // place in things + 1, 0: free
    std::vector<Run> runs;
    std::vector<std::string> pci_keys;
  };
  [[nodiscard]] const Tables& tables() const;
  void TakeIn() const;
  [[nodiscard]] const std::string& KeyOf(const Thing& thing) const;
  // The slot that holds the thing of this key, or would.
  [[nodiscard]] std::size_t SlotOf(std::string_view key,
                                   std::size_t hash) const;
  [[nodiscard]] const Thing* Find(std::string_view key) const;
  // The thing of this key, made where it is not there.
  Thing& Take(const std::string& key, bool is_entity, std::size_t fact) const;
  void Grow() const;

  const FactSet& facts_;
  mutable std::size_t entity_count_;
  mutable std::size_t attribute_count_;
  mutable std::size_t entities_taken_ = 0;
  mutable std::size_t attributes_taken_ = 0;
  mutable std::optional<Tables> tables_;  // made by the first question
};

// "0000:3a:00.0" of "pci:0000:3a:00.0".
[[nodiscard]] std::string AddressOfKey(std::string_view key);

}  // namespace acceld::probes
