#include "probes/accel_probe.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "probes/accel_drivers.h"
#include "probes/accelerator.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/accel";

// "accel0"; "accel_controlD0" of habanalabs is for its monitoring only.
bool IsAccelNode(std::string_view name) {
  constexpr std::string_view kPrefix = "accel";
  if (!name.starts_with(kPrefix)) return false;
  const std::string_view digits = name.substr(kPrefix.size());
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// amdxdna binds the opener's address space unless it maps memory itself.
void AddSva(const FactReader& reader, const FactIndex& index,
            const Accelerator& accelerator) {
  if (!MapsByItself(reader, accelerator)) {
    InheritSva(reader, index, accelerator);
    return;
  }
  const Provenance from = FromKernel(accelerator.device_path +
                                     "/driver/module/parameters/force_iova");
  FactSet& facts = reader.facts();
  facts.AddAttribute(accelerator.key, attr::kSva, std::string("no"), from);
  facts.AddAttribute(
      accelerator.key, attr::kSvaReasons,
      std::vector<std::string>{"the driver was loaded to map memory itself"},
      from);
}

}  // namespace

void RunAccelProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    if (!IsAccelNode(name)) continue;
    const auto accelerator = AddAccelerator(
        reader, index,
        {"accel", std::string(kClass) + "/" + name, name, "/dev/accel/"});
    if (!accelerator) continue;
    const DriverTraits& traits = AccelDriver(accelerator->driver);
    AddTraits(reader, *accelerator, traits);
    if (traits.binds_sva) AddSva(reader, index, *accelerator);
    AddAccelDriverFacts(reader, *accelerator);
  }
}

}  // namespace acceld::probes
