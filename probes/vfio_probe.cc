#include "probes/vfio_probe.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "probes/accelerator.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/known_devices.h"
#include "probes/pci_identity.h"
#include "probes/qat.h"
#include "probes/vfio_functions.h"
#include "probes/vfio_group.h"
#include "probes/vfio_offers.h"

namespace acceld::probes {
namespace {

class VfioProbe {
 public:
  VfioProbe(const FactReader& reader, const FactIndex& index,
            const VfioOffers& offers)
      : reader_(reader),
        index_(index),
        offers_(offers),
        groups_(reader, index, offers) {}

  void Run() {
    for (const std::string& key : index_.pci_keys()) {
      if (index_.KindOf(key) != VertexKind::kPciFunction) continue;
      const PciIdentity identity = IdentityOf(index_, key);
      const std::string address = AddressOfKey(key);
      const std::string path = "sys/bus/pci/devices/" + address;
      const VfioOffer* offer = offers_.Find(identity, address);
      const bool is_held = IsHeldByVfio(reader_, identity.driver, path);
      if (!is_held && offer == nullptr) continue;
      const auto made = AddAccelerator(
          reader_, index_, {"vfio", path, "vfio-" + address, "", path});
      if (!made) continue;
      std::string why_not =
          is_held ? "" : WhyNotOffered(*offer, identity, path);
      if (!is_held && why_not.empty()) AddRebind(*made, identity.driver);
      AddDevice(*made, identity, offer, std::move(why_not));
    }
  }

 private:
  void Add(const Accelerator& device, std::string_view name,
           AttributeValue value, Provenance from) const {
    reader_.facts().AddAttribute(device.key, name, std::move(value),
                                 std::move(from));
  }

  // Why a function that no VFIO driver holds is not taken from its own; empty:
  // it is.
  [[nodiscard]] std::string WhyNotOffered(const VfioOffer& offer,
                                          const PciIdentity& identity,
                                          const std::string& path) const {
    if (offer.MayTakeFrom(identity.driver)) return WhyNotTaken(reader_, path);
    return identity.driver.empty()
               ? "no driver holds it, and its offer takes it only from one"
               : "its offer does not take it from " + identity.driver;
  }

  void AddRebind(const Accelerator& device, const std::string& driver) const {
    Add(device, "vfio_rebind", driver.empty() ? std::string("none") : driver,
        {Evidence::kComputed,
         "the administrator's VFIO offers (probes/vfio_offers.h)"});
  }

  // `offer`: the administrator's of it; null: none. `why_not`: why it alone is
  // not offered, whatever its group; empty: it is.
  void AddDevice(const Accelerator& device, const PciIdentity& identity,
                 const VfioOffer* offer, std::string why_not) {
    const Provenance rule{Evidence::kComputed,
                          "VFIO (probes/vfio_probe.h): a group is opened once"};
    Add(device, attr::kGrant, std::string("fd"), rule);
    Add(device, attr::kSharing, std::string("single-user"), rule);
    Add(device, attr::kSva, std::string("no"), rule);
    Add(device, attr::kSvaReasons,
        std::vector<std::string>{"VFIO binds no address space: the client maps "
                                 "memory for the device"},
        rule);
    AddGroup(device, std::move(why_not));
    AddFunctions(device, identity, offer);
  }

  void AddGroup(const Accelerator& device, std::string why_not) {
    const Attribute* attribute = index_.Get(device.owner, attr::kIommuGroup);
    const auto* number = attribute == nullptr
                             ? nullptr
                             : std::get_if<std::int64_t>(&attribute->value);
    if (number == nullptr) {
      AddVfioNodes(reader_, device.key, "", device.device_path);
      AddInstances(device, "it is in no IOMMU group");
      return;
    }
    const VfioGroup& group = groups_.Get(*number);
    const std::string path =
        "sys/kernel/iommu_groups/" + std::to_string(*number);
    Add(device, "vfio_group", group.node, attribute->from);
    // Neither of what the index gave stands any more: facts were added.
    AddVfioNodes(reader_, device.key, group.node, device.device_path);
    const Provenance members{
        Evidence::kComputed,
        "the drivers of /" + path + "/devices (probes/vfio_group.h)"};
    Add(device, "vfio_viable", group.blocked_by.empty(), members);
    if (!group.blocked_by.empty()) {
      Add(device, "vfio_blocked_by", group.blocked_by, members);
    }
    auto [at, is_new] = leaders_.try_emplace(*number);
    if (is_new) at->second = LeaderOf(group);
    const std::string& leader = at->second;
    const bool leads = AddressOfKey(device.owner) == leader;
    if (!leader.empty() && !leads) Add(device, "vfio_leader", leader, members);
    if (leads && group.functions.size() > 1) {
      Add(device, "vfio_group_functions", group.functions, members);
    }
    if (group.is_noiommu) {
      Add(device, "vfio_noiommu", true, FromKernel(path + "/name"));
    }
    if (why_not.empty()) why_not = WhyNot(group, leads ? "" : leader);
    AddInstances(device, why_not);
  }

  // The member of the group that is offered for all of it: the first that a
  // pipeline can ask for, else the first.
  [[nodiscard]] std::string LeaderOf(const VfioGroup& group) const {
    for (const std::string& address : group.functions) {
      const PciIdentity identity = IdentityOf(index_, "pci:" + address);
      if (offers_.Find(identity, address) != nullptr ||
          FindQatVirtual(identity.vendor, identity.device) != nullptr ||
          !VfioFunctions(identity).empty()) {
        return address;
      }
    }
    return group.functions.empty() ? std::string() : group.functions.front();
  }

  // `leader`: the member that is offered in place of this one; empty: none.
  static std::string WhyNot(const VfioGroup& group, const std::string& leader) {
    if (group.is_noiommu) {
      return "no IOMMU confines it: whoever opens it reaches all memory";
    }
    if (group.blocked_by.empty()) {
      if (leader.empty()) return {};
      return "whoever has " + leader + " of its IOMMU group has it too";
    }
    std::string text = "the kernel holds members of its IOMMU group:";
    for (const std::string& member : group.blocked_by) {
      text.append(" ").append(member);
    }
    return text;
  }

  // `why_not`: empty where a client can have it.
  void AddInstances(const Accelerator& device,
                    const std::string& why_not) const {
    const Provenance from{Evidence::kComputed,
                          "VFIO (probes/vfio_probe.h): a group is opened once"};
    Add(device, attr::kInstances, std::int64_t{why_not.empty() ? 1 : 0}, from);
    if (!why_not.empty()) Add(device, "not_offered", why_not, from);
  }

  void AddFunctions(const Accelerator& device, const PciIdentity& identity,
                    const VfioOffer* offer) const {
    if (offer != nullptr) {
      Add(device, attr::kFunctions, offer->functions,
          {Evidence::kComputed,
           "the administrator's VFIO offers (probes/vfio_offers.h)"});
      if (FindQatVirtual(identity.vendor, identity.device) != nullptr) {
        CopyHealthOfPhysical(device);
      }
      return;
    }
    if (const QatModel* model =
            FindQatVirtual(identity.vendor, identity.device)) {
      AddQat(device, *model);
      return;
    }
    const auto functions = VfioFunctions(identity);
    if (functions.empty()) return;
    Add(device, attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        {Evidence::kComputed,
         "PCI ids and classes (probes/vfio_functions.cc)"});
  }

  // A virtual function does what its physical function, where this machine has
  // it, is configured for, and is as well as that is.
  void AddQat(const Accelerator& device, const QatModel& model) const {
    const auto physical = reader_.LinkName(device.device_path + "/physfn");
    const std::string owner = "accelerator:qat-" + physical.value_or("");
    std::vector<std::string> services;
    std::string source = "the model does all (probes/qat.cc)";
    if (const Attribute* known = index_.Get(owner, "qat_services")) {
      if (const auto* list =
              std::get_if<std::vector<std::string>>(&known->value)) {
        services = *list;
        source = known->from.source;
      }
    } else if (!model.is_configurable) {
      // In a virtual machine there is no physical function to ask.
      services = {"asym", "dc", "sym"};
    }
    std::set<std::string> functions;
    for (const std::string& service : services) {
      for (const std::string_view function : QatFunctions(model, service)) {
        functions.emplace(function);
      }
    }
    if (!functions.empty()) {
      Add(device, attr::kFunctions,
          std::vector<std::string>(functions.begin(), functions.end()),
          {Evidence::kComputed, source + " in the words of the vocabulary"});
    }
    CopyHealthOfPhysical(device);
  }

  void CopyHealthOfPhysical(const Accelerator& device) const {
    const std::string physical =
        reader_.LinkName(device.device_path + "/physfn").value_or("");
    const std::string owner = "accelerator:qat-" + physical;
    const Attribute* health = index_.Get(owner, attr::kHealth);
    if (health == nullptr) return;
    Add(device, attr::kHealth, health->value, health->from);
    if (const Attribute* reason = index_.Get(owner, attr::kHealthReason)) {
      Add(device, attr::kHealthReason,
          "physical function " + physical + ": " + ToText(reason->value),
          reason->from);
    }
  }

  const FactReader& reader_;
  const FactIndex& index_;
  const VfioOffers& offers_;
  VfioGroups groups_;
  std::unordered_map<std::int64_t, std::string> leaders_;  // by group
};

}  // namespace

void RunVfioProbe(const SysRoot& root, FactSet& facts) {
  RunVfioProbeWith(root, {}, facts);
}

void RunVfioProbeWith(const SysRoot& root, const Settings& settings,
                      FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunVfioProbe(root, settings, Changes::Everything(), memory, facts);
}

bool RerunVfioProbe(const SysRoot& root, const Settings& settings,
                    const Changes& changes,
                    std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  if (memory == nullptr) memory = std::make_unique<KnownFunctions>();
  auto& known = static_cast<KnownFunctions&>(*memory);  // made here, above
  known.Forget(changes);
  const FactReader reader(root, facts, known.files);
  const FactIndex index(facts);
  VfioProbe(reader, index, settings.vfio).Run();
  return true;
}

}  // namespace acceld::probes
