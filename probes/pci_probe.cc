#include "probes/pci_probe.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact_reader.h"
#include "probes/pasid_path.h"
#include "probes/pci_function.h"
#include "probes/pci_inventory.h"
#include "probes/pci_links.h"
#include "probes/pci_names.h"
#include "probes/pci_sriov.h"
#include "probes/pci_tree.h"

namespace acceld::probes {
namespace {

struct PciMemory final : ProbeMemory {
  PciInventory inventory;
  std::set<PciId> asked;  // whose names were looked up
  FoundPciNames names;
};

class PciProbe {
 public:
  PciProbe(const FactReader& reader, PciMemory& memory)
      : reader_(reader),
        memory_(memory),
        inventory_(memory.inventory),
        tree_(memory.inventory.tree()) {}

  void Run() {
    inventory_.AddFaults(reader_.facts());
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      reader_.facts().Append(inventory_.facts(i));
      AddPasidObstacles(i);
      AddVirtualOf(i);
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
  // Only of a PASID that is off: one that is on has found its way.
  void AddPasidObstacles(std::size_t index) const {
    const PciFunction& function = inventory_.function(index);
    std::optional<std::size_t> at =
        function.physical ? inventory_.PhysicalOf(index) : index;
    if (!at) return;
    const PciFunction& holder = inventory_.function(*at);
    const auto& pasid = holder.capabilities.pasid;
    if (!pasid || pasid->enabled) return;
    std::vector<const PciFunction*> way;
    for (; at; at = tree_.nodes[*at].parent) {
      way.push_back(&inventory_.function(*at));
    }
    PasidPath path = FindPasidObstacles(way);
    if (path.obstacles.empty()) return;
    reader_.facts().AddAttribute(
        function.key, "pasid_obstacles", std::move(path.obstacles),
        {Evidence::kComputed,
         "TLP prefixes and ACS RR UF of /" + holder.path +
             "/config and of the bridges above, as pci_enable_pasid wants"});
  }

  void AddVirtualOf(std::size_t index) const {
    const PciFunction& function = inventory_.function(index);
    if (!function.physical) return;
    const std::string link = function.path + "/physfn";
    const auto physical = inventory_.PhysicalOf(index);
    if (!physical || *physical == index) {
      reader_.Fault(link, ErrorCode::kNotFound,
                    ToString(*function.physical) +
                        " is no physical function of this machine");
      return;
    }
    reader_.facts().AddRelation(function.key,
                                inventory_.function(*physical).key,
                                RelationKind::kVirtualOf, FromKernel(link));
  }

  // What physical functions say of their virtual ones.
  void AddVirtuals() const {
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      const PciFunction& function = inventory_.function(i);
      const std::int64_t count = inventory_.VirtualCount(i);
      if (count == 0 && function.virtual_functions.value_or(0) == 0) continue;
      AddVirtualFunctions(
          reader_, function, tree_.nodes[i].address, count,
          [this](const PciAddress& wanted) { return Find(wanted); });
    }
  }

  const PciFunction* Find(const PciAddress& address) const {
    const auto index = inventory_.Find(address);
    return index ? &inventory_.function(*index) : nullptr;
  }

  void AddHostBridge(std::size_t index) const {
    const PciHostBridge& bridge = tree_.host_bridges[index];
    const std::string key = HostBridgeKey(bridge.bus);
    FactSet& facts = reader_.facts();
    facts.AddEntity(key, VertexKind::kHostBridge);
    if (bridge.behind) {
      facts.links.push_back(
          OnDieLink(inventory_.function(*bridge.behind).key, key));
      return;
    }
    std::map<int, int> votes;
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      const auto node = inventory_.function(i).numa_node;
      if (tree_.nodes[i].host_bridge == index && node) ++votes[*node];
    }
    const NumaAttachment attachment = inventory_.numa().Choose(
        votes, "numa_node of the PCI functions below " + key);
    facts.AddAttribute(key, attr::kNumaNode, std::int64_t{attachment.node},
                       attachment.from);
    facts.links.push_back(OnDieLink(NumaKey(attachment.node), key));
  }

  void AddLinks() const {
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      const PciNode& node = tree_.nodes[i];
      const PciFunction& function = inventory_.function(i);
      reader_.facts().links.push_back(
          node.parent
              ? LinkBelowBridge(inventory_.function(*node.parent), function)
              : LinkBelowHostBridge(
                    HostBridgeKey(tree_.host_bridges[node.host_bridge].bus),
                    function));
    }
  }

  void AddNames() const {
    std::set<PciId> wanted;
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      if (const auto id = IdOf(inventory_.function(i))) wanted.insert(*id);
    }
    if (!std::includes(memory_.asked.begin(), memory_.asked.end(),
                       wanted.begin(), wanted.end())) {
      memory_.names = ReadPciNames(reader_.root(), wanted);
      memory_.asked = std::move(wanted);
    }
    const FoundPciNames& found = memory_.names;
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      const PciFunction& function = inventory_.function(i);
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
    for (std::size_t i = 0; i < inventory_.size(); ++i) {
      const auto& capabilities = inventory_.function(i).capabilities;
      if (!capabilities.extended_known) ++unreadable;
    }
    if (unreadable == 0) return;
    reader_.Fault("sys/bus/pci/devices", ErrorCode::kPermissionDenied,
                  "the config space of " + std::to_string(unreadable) + " of " +
                      std::to_string(inventory_.size()) +
                      " functions is not readable as a whole: what is not "
                      "seen of PASID, ATS, PRI and ACS is not known");
  }

  const FactReader& reader_;
  PciMemory& memory_;
  const PciInventory& inventory_;
  const PciTree& tree_;
};

}  // namespace

void RunPciProbe(const SysRoot& root, FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunPciProbe(root, Changes::Everything(), memory, facts);
}

bool RerunPciProbe(const SysRoot& root, const Changes& changes,
                   std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  // Names are looked up again with everything else.
  if (memory == nullptr || changes.everything) {
    memory = std::make_unique<PciMemory>();
  }
  auto& mine = static_cast<PciMemory&>(*memory);  // made here, above
  if (!mine.inventory.Update(root, changes)) return false;
  const FactReader reader(root, facts);
  PciProbe(reader, mine).Run();
  return true;
}

}  // namespace acceld::probes
