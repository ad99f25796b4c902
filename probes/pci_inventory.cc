#include "probes/pci_inventory.h"

#include <algorithm>
#include <set>
#include <utility>

#include "probes/pci_sriov.h"

namespace acceld::probes {

// What was read before and which of it still stands.
class PciInventory::Keeper {
 public:
  Keeper(std::vector<Entry> entries, const Changes& changes)
      : changes_(changes) {
    for (Entry& entry : entries) {
      const PciAddress address = entry.node.address;
      entries_.emplace(address, std::move(entry));
    }
  }

  // Paths of entries that no change touches.
  [[nodiscard]] PciPaths Standing(PciPaths paths) const {
    if (changes_.everything) return {};
    std::erase_if(paths, [this](const auto& path) {
      return changes_.Touches(path.first);
    });
    return paths;
  }

  // The entry as it was, where it can be no other now. What is below a bridge
  // that changed has events of its own.
  std::optional<Entry> Keep(const PciNode& node,
                            std::optional<PortType> above) {
    const auto found = entries_.find(node.address);
    if (found == entries_.end() || changes_.Touches(node.address) ||
        found->second.node.path != node.path ||
        found->second.node.has_children != node.has_children ||
        found->second.above != above) {
      return std::nullopt;
    }
    Entry entry = std::move(found->second);
    entries_.erase(found);
    entry.node = node;
    entry.is_fresh = false;
    return entry;
  }

  // An entry that was kept and does not stand after all.
  void TakeBack(Entry entry) {
    const PciAddress address = entry.node.address;
    entries_.insert_or_assign(address, std::move(entry));
  }

  // Whether an entry that was not kept says what `entry` says.
  [[nodiscard]] bool HadSame(const Entry& entry) const {
    const auto found = entries_.find(entry.node.address);
    return found != entries_.end() && found->second.SaysAs(entry);
  }

  // Functions of events that were not in the machine before.
  [[nodiscard]] std::vector<PciAddress> Strangers() const {
    std::vector<PciAddress> strangers;
    for (const PciAddress& address : changes_.functions) {
      if (!entries_.contains(address)) strangers.push_back(address);
    }
    return strangers;
  }

  // Physical functions whose virtual ones were not kept: they count them.
  [[nodiscard]] std::set<PciAddress> PhysicalOfLost() const {
    std::set<PciAddress> physical;
    for (const auto& [address, entry] : entries_) {
      if (entry.function.physical) physical.insert(*entry.function.physical);
    }
    return physical;
  }

 private:
  const Changes& changes_;
  std::map<PciAddress, Entry> entries_;
};

bool PciInventory::Update(const SysRoot& root, const Changes& changes) {
  const bool has_other_nodes = UpdateNuma(root, changes);
  // Every function's numa_node is checked against the nodes that there are.
  const Changes all = Changes::Everything();
  const Changes& effective = has_other_nodes ? all : changes;
  bool differs = has_other_nodes;
  Keeper keeper(std::move(entries_), effective);
  if (!TreeStands(effective)) {
    FactSet said;
    PciTree tree =
        ReadPciTree(FactReader(root, said), keeper.Standing(tree_.paths));
    differs = differs || said != said_of_tree_ || tree != tree_;
    said_of_tree_ = std::move(said);
    tree_ = std::move(tree);
  }
  entries_.clear();
  entries_.reserve(tree_.nodes.size());
  by_address_.clear();
  for (const PciNode& node : tree_.nodes) {
    const Entry* parent = node.parent ? &entries_[*node.parent] : nullptr;
    std::optional<PortType> above;
    if (parent != nullptr) above = parent->function.port;
    by_address_.emplace(node.address, entries_.size());
    auto kept = keeper.Keep(node, above);
    entries_.push_back(kept ? *std::move(kept) : ReadEntry(root, node));
  }
  RefreshRelatives(root, keeper);
  CountVirtual();
  AddFacts(root);
  for (const Entry& entry : entries_) {
    differs = differs || (entry.is_fresh && !keeper.HadSame(entry));
  }
  return differs;
}

void PciInventory::CountVirtual() {
  for (Entry& entry : entries_) entry.virtual_count = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (const auto physical = PhysicalOf(i))
      ++entries_[*physical].virtual_count;
  }
}

void PciInventory::AddFacts(const SysRoot& root) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (!entry.is_fresh) continue;
    const auto physical = PhysicalOf(i);
    const SysRoot near = root.Near(entry.node.path);
    const FactReader own(near, entry.facts);
    AddPciFunction(own, entry.function,
                   physical ? &entries_[*physical].function : nullptr);
    AddSrIov(own, entry.function);
    if (entry.virtual_count > 0 ||
        entry.function.virtual_functions.value_or(0) > 0) {
      entry.function.virtual_names = ReadVirtualNames(own, entry.function.path);
    }
  }
}

// Each of these would have an event of the function itself.
bool PciInventory::TreeStands(const Changes& changes) const {
  const auto is_known = [this](const PciAddress& function) {
    return tree_.paths.contains(function);
  };
  const auto is_function = [](const std::string& name) {
    return ParsePciAddress(name).has_value();
  };
  return !changes.everything && said_of_tree_.faults.empty() &&
         changes.removed.size() < Changes::kMostRemoved &&
         std::ranges::all_of(changes.functions, is_known) &&
         std::ranges::all_of(changes.bridges, is_known) &&
         std::ranges::none_of(changes.removed, is_function);
}

bool PciInventory::UpdateNuma(const SysRoot& root, const Changes& changes) {
  if (numa_ && !changes.AnyOf("cpu node")) return false;
  said_of_numa_ = {};
  NumaNodes read = NumaNodes::Read(FactReader(root, said_of_numa_));
  const bool differs = numa_ != read;
  numa_ = std::move(read);
  return differs;
}

std::optional<std::size_t> PciInventory::Find(const PciAddress& address) const {
  const auto found = by_address_.find(address);
  if (found == by_address_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> PciInventory::PhysicalOf(std::size_t index) const {
  const auto& physical = entries_[index].function.physical;
  return physical ? Find(*physical) : std::nullopt;
}

PciInventory::Entry PciInventory::ReadEntry(const SysRoot& root,
                                            const PciNode& node) const {
  Entry entry;
  entry.node = node;
  const PciFunction* parent = nullptr;
  if (node.parent) {
    parent = &entries_[*node.parent].function;
    entry.above = parent->port;
  }
  const SysRoot near = root.Near(node.path);
  const FactReader own(near, entry.facts);
  entry.function = ReadPciFunction(own, node, parent, *numa_);
  entry.is_fresh = true;
  return entry;
}

// A physical function counts its virtual ones, and these say of PASID and PRI
// what it says: where one was read, the others are.
void PciInventory::RefreshRelatives(const SysRoot& root, Keeper& keeper) {
  std::set<std::size_t> physical;
  for (const PciAddress& address : keeper.PhysicalOfLost()) {
    if (const auto found = Find(address)) physical.insert(*found);
  }
  // One that came and went in between may have been a virtual function of any.
  const std::vector<PciAddress> strangers = keeper.Strangers();
  const bool any_passed =
      std::any_of(strangers.begin(), strangers.end(),
                  [this](const PciAddress& one) { return !Find(one); });
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (any_passed && entries_[i].function.virtual_functions) {
      physical.insert(i);
    }
    const auto of = PhysicalOf(i);
    if (of && (entries_[i].is_fresh || entries_[*of].is_fresh)) {
      physical.insert(*of);
    }
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto of = PhysicalOf(i);
    const bool is_related =
        physical.contains(i) || (of && physical.contains(*of));
    if (is_related && !entries_[i].is_fresh) {
      keeper.TakeBack(std::move(entries_[i]));
      entries_[i] = ReadEntry(root, tree_.nodes[i]);
    }
  }
}

}  // namespace acceld::probes
