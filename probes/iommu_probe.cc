#include "probes/iommu_probe.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/iommu_group.h"
#include "probes/iommu_unit.h"
#include "probes/sva_estimate.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kUnits = "sys/class/iommu";
constexpr std::string_view kObstacles = "pasid_obstacles";

std::string FunctionPath(const std::string& address) {
  return "sys/bus/pci/devices/" + address;
}

class IommuProbe {
 public:
  IommuProbe(const FactReader& reader, const FactIndex& index)
      : reader_(reader), index_(index) {}

  void Run() {
    for (const std::string& name : reader_.Names(std::string(kUnits))) {
      AddUnit(name);
    }
    // The kernel makes this directory whenever it knows IOMMUs at all; only
    // beside it is a missing link a "no".
    knows_groups_ = reader_.root().Exists(kIommuGroups);
    for (const std::string& key : index_.pci_keys()) AddFunction(key);
    if (has_groups_ && !knows_groups_) {
      reader_.Fault(kIommuGroups, ErrorCode::kNotFound,
                    "devices have groups that the tree does not hold: domain "
                    "types are not known");
    }
  }

 private:
  void AddUnit(const std::string& name) {
    const std::string path = std::string(kUnits) + "/" + name;
    const std::string key = "iommu:" + name;
    if (!IsKey(key)) {
      reader_.Fault(path, ErrorCode::kCorruptInput, "the name makes no key");
      return;
    }
    if (!reader_.Canonical(path)) return;
    IommuUnit unit = ReadIommuUnit(reader_, path, name);
    reader_.facts().AddEntity(key, VertexKind::kIommuUnit);
    const Provenance registers = FromKernel(unit.source);
    Add(key, "iommu_kind", unit.kind, FromKernel(path));
    if (unit.pasid_width) {
      Add(key, attr::kPasidWidth, std::int64_t{*unit.pasid_width}, registers);
    }
    if (unit.has_ats) Add(key, "ats", *unit.has_ats, registers);
    if (unit.has_pri) Add(key, "pri", *unit.has_pri, registers);
    if (unit.has_nesting) Add(key, "nesting", *unit.has_nesting, registers);
    if (unit.has_scalable_mode) {
      Add(key, "scalable_mode", *unit.has_scalable_mode, registers);
    }
    for (const std::string& device : reader_.Names(path + "/devices")) {
      // Platform devices are related by the probes that find them.
      const auto address = ParsePciAddress(device);
      const auto function = address ? index_.PciKey(*address) : std::nullopt;
      if (!function) continue;
      reader_.facts().AddRelation(*function, key, RelationKind::kTranslatedBy,
                                  FromKernel(path + "/devices/" + device));
      unit_of_.try_emplace(*function, name);
    }
    units_.emplace(name, std::move(unit));
  }

  void AddFunction(const std::string& key) {
    const auto group =
        AddIommuGroup(reader_, key, FunctionPath(AddressOfKey(key)));
    has_groups_ = has_groups_ || group.has_value();
    // Bridges move others' traffic; they bind no address space.
    if (index_.KindOf(key) != VertexKind::kPciFunction) return;
    const auto name = unit_of_.find(key);
    const IommuUnit* unit =
        name == unit_of_.end() ? nullptr : &units_.at(name->second);
    AddPasidWidth(key, unit);

    const SvaEstimate estimate = EstimateSva(EvidenceOf(key, unit, group));
    const Provenance rule{Evidence::kComputed,
                          "IOMMU unit and group, PASID, ATS, PRI and the way "
                          "to the root complex; only a bind proves it"};
    Add(key, attr::kSva, std::string(estimate.sva), rule);
    if (!estimate.reasons.empty()) {
      Add(key, attr::kSvaReasons, estimate.reasons, rule);
    }
    if (!estimate.caveats.empty()) {
      Add(key, attr::kSvaCaveats, estimate.caveats, rule);
    }
  }

  SvaEvidence EvidenceOf(const std::string& key, const IommuUnit* unit,
                         const std::optional<IommuGroup>& group) const {
    SvaEvidence evidence;
    if (group || unit != nullptr || knows_groups_) {
      evidence.is_translated = group || unit != nullptr;
    }
    if (group) evidence.domain_type = group->domain_type;
    if (unit != nullptr) {
      evidence.unit_kind = unit->kind;
      evidence.unit_scalable_mode = unit->has_scalable_mode;
      evidence.unit_pasid_width = unit->pasid_width;
      evidence.unit_pri = unit->has_pri;
    }
    evidence.pasid_capable = Flag(key, "pasid_capable");
    evidence.pasid_enabled = Flag(key, attr::kPasidEnabled);
    if (const auto* way = Value<std::vector<std::string>>(key, kObstacles)) {
      evidence.pasid_obstacles = *way;
    }
    evidence.ats_capable = Flag(key, "ats_capable");
    evidence.ats_enabled = Flag(key, attr::kAtsEnabled);
    evidence.pri_capable = Flag(key, "pri_capable");
    evidence.pri_enabled = Flag(key, attr::kPriEnabled);
    evidence.is_removable = Flag(key, "removable").value_or(false);
    return evidence;
  }

  // Source: Linux iommu_dev_max_pasids: the lesser of device and unit. What
  // PASIDs cannot pass on the way leaves none.
  void AddPasidWidth(const std::string& key, const IommuUnit* unit) {
    const Attribute* own = index_.Get(key, "pasid_capability_width");
    const auto* width =
        own == nullptr ? nullptr : std::get_if<std::int64_t>(&own->value);
    if (width == nullptr) return;
    if (const Attribute* way = index_.Get(key, kObstacles)) {
      return Add(
          key, attr::kPasidWidth, std::int64_t{0},
          {Evidence::kComputed, "PASIDs do not pass: " + way->from.source});
    }
    if (unit == nullptr || !unit->pasid_width) return;
    Add(key, attr::kPasidWidth,
        std::min(*width, std::int64_t{*unit->pasid_width}),
        {Evidence::kComputed,
         "the lesser of " + own->from.source + " and /" + unit->source});
  }

  // Null where it is not known, or of another type.
  template <typename T>
  const T* Value(const std::string& key, std::string_view name) const {
    const Attribute* attribute = index_.Get(key, name);
    return attribute == nullptr ? nullptr : std::get_if<T>(&attribute->value);
  }
  std::optional<bool> Flag(const std::string& key,
                           std::string_view name) const {
    const bool* value = Value<bool>(key, name);
    return value == nullptr ? std::nullopt : std::optional<bool>(*value);
  }

  void Add(const std::string& key, std::string_view name, AttributeValue value,
           Provenance from) {
    reader_.facts().AddAttribute(key, name, std::move(value), std::move(from));
  }

  const FactReader& reader_;
  const FactIndex& index_;
  bool knows_groups_ = false;
  bool has_groups_ = false;
  std::map<std::string, IommuUnit> units_;      // by name
  std::map<std::string, std::string> unit_of_;  // function key -> unit's name
};

// Which group a function is in changes only with the function itself, or with
// the units. A group's type is changed while a member has no driver: unbinding
// and binding it are events. A unit's registers say the same for as long as it
// is there.
struct IommuMemory final : ProbeMemory {
  KnownFiles known;
};

// Forgets what `changes` can have made old.
void Forget(const Changes& changes, KnownFiles& known) {
  if (changes.AnyOf("iommu")) known = {};
  const bool has_new =
      std::any_of(changes.functions.begin(), changes.functions.end(),
                  [&known](const PciAddress& function) {
                    return !known.links.contains(
                        GroupLinkPath(FunctionPath(ToString(function))));
                  });
  const auto is_touched = [&changes](const std::string& path) {
    const auto function = PciAddressInPath(path);
    return function && changes.Touches(*function);
  };
  std::set<std::string> types;  // of the groups that were theirs
  for (const auto& [path, text] : known.links) {
    if (!is_touched(path)) continue;
    types.insert(GroupTypePath(text.substr(text.rfind('/') + 1)));
  }
  known.Forget([&](const std::string& path) {
    if (!path.starts_with(kIommuGroups)) return is_touched(path);
    // Of a new function nobody knows yet which group it is in.
    return has_new || types.contains(path);
  });
}

}  // namespace

void RunIommuProbe(const SysRoot& root, FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunIommuProbe(root, Changes::Everything(), memory, facts);
}

bool RerunIommuProbe(const SysRoot& root, const Changes& changes,
                     std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  if (memory == nullptr || changes.everything) {
    memory = std::make_unique<IommuMemory>();
  }
  auto& mine = static_cast<IommuMemory&>(*memory);  // made here, above
  Forget(changes, mine.known);
  const FactReader reader(root, facts, mine.known);
  const FactIndex index(facts);
  IommuProbe(reader, index).Run();
  return true;
}

}  // namespace acceld::probes
