#include "probes/pci_health_probe.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/aer_counters.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {
namespace {

struct Health {
  std::string state;
  std::string reason;  // empty for "ok"
  Provenance from;
};

std::optional<std::vector<AerCount>> ReadCounters(const FactReader& reader,
                                                  const std::string& path) {
  const auto text = reader.Text(path);
  if (!text) return std::nullopt;
  auto counters = ParseAerCounters(*text);
  if (counters) return *std::move(counters);
  reader.Fault(path, counters.error().code, counters.error().message);
  return std::nullopt;
}

void Append(const std::vector<AerCount>& counters, std::string_view severity,
            std::string& reason) {
  for (const AerCount& counter : counters) {
    if (counter.kind == "UnsupReq" && severity != "fatal") continue;
    if (!reason.empty()) reason += ", ";
    reason += std::to_string(counter.count) + " " + std::string(severity) +
              " " + counter.kind;
  }
}

// Nothing where the kernel does not count the function's errors.
std::optional<Health> HealthOf(const FactReader& reader,
                               const std::string& function) {
  const std::string path = "sys/bus/pci/devices/" + AddressOfKey(function);
  const auto fatal = ReadCounters(reader, path + "/aer_dev_fatal");
  const auto other = ReadCounters(reader, path + "/aer_dev_nonfatal");
  if (!fatal || !other) return std::nullopt;
  std::string errors;
  Append(*fatal, "fatal", errors);
  Append(*other, "non-fatal", errors);
  Health health{
      "ok",
      "",
      {Evidence::kComputed, "/" + path + "/aer_dev_fatal, aer_dev_nonfatal"}};
  if (!errors.empty()) {
    health.state = "degraded";
    health.reason = "PCIe errors since the function was found: " + errors;
  }
  return health;
}

void Add(FactSet& facts, const std::string& key, const Health& health) {
  facts.AddAttribute(key, attr::kHealth, health.state, health.from);
  if (health.reason.empty()) return;
  facts.AddAttribute(key, attr::kHealthReason, health.reason, health.from);
}

}  // namespace

void RunPciHealthProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  // Functions of several accelerators are read once.
  std::map<std::string, std::vector<std::string>> accelerators;
  for (const RelationFact& relation : facts.relations) {
    if (relation.kind != RelationKind::kAcceleratorOf) continue;
    if (index.KindOf(relation.to) != VertexKind::kPciFunction) continue;
    accelerators[relation.to].push_back(relation.from);
  }
  for (const auto& [function, parts] : accelerators) {
    const auto health = HealthOf(reader, function);
    if (!health) continue;
    Add(facts, function, *health);
    for (const std::string& part : parts) {
      if (index.Get(part, attr::kHealth) == nullptr) Add(facts, part, *health);
    }
  }
}

}  // namespace acceld::probes
