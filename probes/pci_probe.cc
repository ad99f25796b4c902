#include "probes/pci_probe.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/numa_attachment.h"
#include "probes/pci_function.h"
#include "probes/pci_links.h"
#include "probes/pci_names.h"
#include "probes/pci_sriov.h"
#include "probes/pci_tree.h"

namespace acceld::probes {
namespace {

class PciProbe {
 public:
  explicit PciProbe(const FactReader& reader)
      : reader_(reader),
        numa_(NumaNodes::Read(reader)),
        tree_(ReadPciTree(reader)) {}

  void Run() {
    ReadFunctions();
    for (const PciFunction& function : functions_) {
      AddPciFunction(reader_, function, PhysicalOf(function));
      AddSrIov(reader_, function);
      AddVirtualOf(function);
    }
    AddVirtuals();
    for (std::size_t i = 0; i < tree_.host_bridges.size(); ++i) {
      AddHostBridge(i);
    }
    AddLinks();
    AddNames();
    ReportUnreadable();
  }

 private:
  void ReadFunctions() {
    functions_.reserve(tree_.nodes.size());
    for (const PciNode& node : tree_.nodes) {
      const PciFunction* parent =
          node.parent ? &functions_[*node.parent] : nullptr;
      by_address_[node.address] = functions_.size();
      functions_.push_back(ReadPciFunction(reader_, node, parent, numa_));
    }
  }

  const PciFunction* Find(const PciAddress& address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : &functions_[found->second];
  }

  const PciFunction* PhysicalOf(const PciFunction& function) const {
    return function.physical ? Find(*function.physical) : nullptr;
  }

  // What physical functions say of their virtual ones.
  void AddVirtuals() const {
    std::map<PciAddress, std::int64_t> named_by;
    for (const PciFunction& function : functions_) {
      if (function.physical) ++named_by[*function.physical];
    }
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const PciAddress& address = tree_.nodes[i].address;
      const auto named = named_by.find(address);
      const std::int64_t count = named == named_by.end() ? 0 : named->second;
      if (count == 0 && functions_[i].virtual_functions.value_or(0) == 0) {
        continue;
      }
      AddVirtualFunctions(
          reader_, functions_[i], address, count,
          [this](const PciAddress& wanted) { return Find(wanted); });
    }
  }

  void AddVirtualOf(const PciFunction& function) const {
    if (!function.physical) return;
    const std::string link = function.path + "/physfn";
    const PciFunction* physical = PhysicalOf(function);
    if (physical == nullptr || physical == &function) {
      reader_.Fault(link, ErrorCode::kNotFound,
                    ToString(*function.physical) +
                        " is no physical function of this machine");
      return;
    }
    reader_.facts().AddRelation(function.key, physical->key,
                                RelationKind::kVirtualOf, FromKernel(link));
  }

  void AddHostBridge(std::size_t index) const {
    const PciHostBridge& bridge = tree_.host_bridges[index];
    const std::string key = HostBridgeKey(bridge.bus);
    FactSet& facts = reader_.facts();
    facts.AddEntity(key, VertexKind::kHostBridge);
    if (bridge.behind) {
      facts.links.push_back(OnDieLink(functions_[*bridge.behind].key, key));
      return;
    }
    std::map<int, int> votes;
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      if (tree_.nodes[i].host_bridge == index && functions_[i].numa_node) {
        ++votes[*functions_[i].numa_node];
      }
    }
    const NumaAttachment attachment =
        numa_.Choose(votes, "numa_node of the PCI functions below " + key);
    facts.AddAttribute(key, attr::kNumaNode, std::int64_t{attachment.node},
                       attachment.from);
    facts.links.push_back(OnDieLink(NumaKey(attachment.node), key));
  }

  void AddLinks() const {
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const PciNode& node = tree_.nodes[i];
      reader_.facts().links.push_back(
          node.parent
              ? LinkBelowBridge(functions_[*node.parent], functions_[i])
              : LinkBelowHostBridge(
                    HostBridgeKey(tree_.host_bridges[node.host_bridge].bus),
                    functions_[i]));
    }
  }

  void AddNames() const {
    std::set<PciId> wanted;
    for (const PciFunction& function : functions_) {
      if (const auto id = IdOf(function)) wanted.insert(*id);
    }
    if (wanted.empty()) return;
    const FoundPciNames found = ReadPciNames(reader_.root(), wanted);
    for (const PciFunction& function : functions_) {
      const auto id = IdOf(function);
      const auto name = id ? found.names.find(*id) : found.names.end();
      if (name == found.names.end()) continue;
      reader_.facts().AddAttribute(function.key, attr::kName, name->second,
                                   {Evidence::kComputed, found.source});
    }
  }

  static std::optional<PciId> IdOf(const PciFunction& function) {
    if (!function.vendor || !function.device) return std::nullopt;
    return PciId{static_cast<std::uint16_t>(*function.vendor),
                 static_cast<std::uint16_t>(*function.device)};
  }

  // One fault for all: without privilege it is every function of the machine.
  void ReportUnreadable() const {
    std::size_t unreadable = 0;
    for (const PciFunction& function : functions_) {
      if (!function.capabilities.extended_known) ++unreadable;
    }
    if (unreadable == 0) return;
    reader_.Fault("sys/bus/pci/devices", ErrorCode::kPermissionDenied,
                  "the config space of " + std::to_string(unreadable) + " of " +
                      std::to_string(functions_.size()) +
                      " functions is not readable as a whole: what is not "
                      "seen of PASID, ATS, PRI and ACS is not known");
  }

  const FactReader& reader_;
  NumaNodes numa_;
  PciTree tree_;
  std::vector<PciFunction> functions_;  // as tree_.nodes
  std::map<PciAddress, std::size_t> by_address_;
};

}  // namespace

void RunPciProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  PciProbe(reader).Run();
}

}  // namespace acceld::probes
