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
#include "probes/health_report.h"
#include "probes/known_devices.h"

namespace acceld::probes {
namespace {

std::optional<std::vector<AerCount>> ReadCounters(const FactReader& reader,
                                                  const std::string& path) {
  const auto text = reader.Text(path);
  if (!text) return std::nullopt;
  auto counters = ParseAerCounters(*text);
  if (counters) return *std::move(counters);
  reader.Fault(path, counters.error().code, counters.error().message);
  return std::nullopt;
}

void Report(const std::vector<AerCount>& counters, std::string_view severity,
            const std::string& path, HealthReport& report) {
  report.Ok(path);
  for (const AerCount& counter : counters) {
    if (counter.kind == "UnsupReq" && severity != "fatal") continue;
    report.Degraded(std::to_string(counter.count) + " " +
                        std::string(severity) + " PCIe errors " + counter.kind,
                    path);
  }
}

// Silent where the kernel does not count the function's errors.
HealthReport HealthOf(const FactReader& reader, const std::string& function) {
  const std::string path = "sys/bus/pci/devices/" + AddressOfKey(function);
  const auto fatal = ReadCounters(reader, path + "/aer_dev_fatal");
  const auto other = ReadCounters(reader, path + "/aer_dev_nonfatal");
  HealthReport report;
  if (!fatal || !other) return report;
  Report(*fatal, "fatal", path + "/aer_dev_fatal", report);
  Report(*other, "non-fatal", path + "/aer_dev_nonfatal", report);
  return report;
}

}  // namespace

void RunPciHealthProbe(const SysRoot& root, FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunPciHealthProbe(root, Changes::Everything(), memory, facts);
}

bool RerunPciHealthProbe(const SysRoot& root, const Changes& changes,
                         std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  if (memory == nullptr) memory = std::make_unique<KnownFunctions>();
  auto& known = static_cast<KnownFunctions&>(*memory);  // made here, above
  known.Forget(changes);
  const FactReader reader(root, facts, known.files);
  const FactIndex index(facts);
  // Functions of several accelerators are read once.
  std::map<std::string, std::vector<std::string>> accelerators;
  for (const RelationFact& relation : facts.relations) {
    if (relation.kind != RelationKind::kAcceleratorOf) continue;
    if (index.KindOf(relation.to) != VertexKind::kPciFunction) continue;
    accelerators[relation.to].push_back(relation.from);
  }
  for (const auto& [function, parts] : accelerators) {
    const HealthReport health = HealthOf(reader, function);
    health.AddTo(facts, function);
    for (const std::string& part : parts) {
      if (index.Get(part, attr::kHealth) == nullptr) health.AddTo(facts, part);
    }
  }
  return true;
}

}  // namespace acceld::probes
