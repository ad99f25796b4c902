// PciInventory: the PCI functions of a machine as the probe read them, each
// with its facts, kept so that after a change only some are read again.
// Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "probes/changes.h"
#include "probes/fact_reader.h"
#include "probes/numa_attachment.h"
#include "probes/pci_function.h"
#include "probes/pci_tree.h"

namespace acceld::probes {

class PciInventory {
 public:
  // Reads all, or, where `changes` does not say "everything", what it touches.
  // Whether anything is other than before; the first time, it is.
  bool Update(const SysRoot& root, const Changes& changes);

  // Adds what is wrong with no one function: with NUMA nodes, entries that lead
  // nowhere, bridges that only paths show.
  void AddFaults(FactSet& facts) const {
    facts.Append(said_of_numa_);
    facts.Append(said_of_tree_);
  }
  [[nodiscard]] const PciTree& tree() const { return tree_; }
  // Requires: Update() was called.
  [[nodiscard]] const NumaNodes& numa() const { return *numa_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // As tree().nodes.
  [[nodiscard]] const PciFunction& function(std::size_t index) const {
    return entries_[index].function;
  }
  // The function's entity, attributes and faults.
  [[nodiscard]] const FactSet& facts(std::size_t index) const {
    return entries_[index].facts;
  }
  [[nodiscard]] std::optional<std::size_t> Find(
      const PciAddress& address) const;
  // How many functions name this one as their physical one.
  [[nodiscard]] std::int64_t VirtualCount(std::size_t index) const {
    return entries_[index].virtual_count;
  }
  // The physical function of a virtual one; nothing where it has none, or one
  // that is not there.
  [[nodiscard]] std::optional<std::size_t> PhysicalOf(std::size_t index) const;

 private:
  struct Entry {
    PciNode node;
    std::optional<PortType> above;  // of the bridge above
    PciFunction function;
    FactSet facts;
    std::int64_t virtual_count = 0;
    bool is_fresh = false;  // read by this Update
    [[nodiscard]] bool SaysAs(const Entry& other) const {
      return above == other.above && function == other.function &&
             facts == other.facts;
    }
  };
  class Keeper;

  // Whether no function can have come, gone or moved.
  [[nodiscard]] bool TreeStands(const Changes& changes) const;
  // Whether the nodes are others than before.
  bool UpdateNuma(const SysRoot& root, const Changes& changes);
  [[nodiscard]] Entry ReadEntry(const SysRoot& root, const PciNode& node) const;
  void RefreshRelatives(const SysRoot& root, Keeper& keeper);
  void CountVirtual();
  // Adds the facts of the entries that were read.
  void AddFacts(const SysRoot& root);

  std::optional<NumaNodes> numa_;  // nothing: not read yet
  FactSet said_of_numa_;           // faults
  FactSet said_of_tree_;           // faults
  PciTree tree_;
  std::vector<Entry> entries_;  // as tree_.nodes
  std::map<PciAddress, std::size_t> by_address_;
};

}  // namespace acceld::probes
