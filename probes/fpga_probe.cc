#include "probes/fpga_probe.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/fpga.h"

namespace acceld::probes {
namespace {

// A manager or region below a DFL device, or the region that holds one.
bool IsOfDfl(const FactReader& reader, const FpgaDevice& device) {
  if (device.real.find("/dfl-") != std::string::npos) return true;
  const auto names = reader.Names(device.real);
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.starts_with("dfl-");
  });
}

std::optional<Accelerator> Add(const FactReader& reader, const FactIndex& index,
                               std::string_view framework,
                               const FpgaDevice& device) {
  if (IsOfDfl(reader, device)) return std::nullopt;
  auto made =
      AddAccelerator(reader, index, {framework, device.path, device.name, ""});
  if (!made) return std::nullopt;
  reader.facts().AddAttribute(
      made->key, attr::kGrant, std::string("none"),
      {Evidence::kComputed, "FPGA core (probes/fpga_probe.h): it has no node"});
  return made;
}

}  // namespace

void RunFpgaProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const FpgaDevice& manager : ReadFpgaClass(reader, "fpga_manager")) {
    const auto made = Add(reader, index, "fpga_manager", manager);
    if (!made) continue;
    if (const auto name = reader.Text(manager.path + "/name")) {
      facts.AddAttribute(made->key, attr::kName, Printable(*name),
                         FromKernel(manager.path + "/name"));
    }
    ReadFpgaManager(reader, manager.path).AddTo(facts, made->key);
  }
  for (const FpgaDevice& region : ReadFpgaClass(reader, "fpga_region")) {
    const auto made = Add(reader, index, "fpga_region", region);
    if (!made) continue;
    std::string id = ReadCompatId(reader, region.path);
    if (id.empty()) continue;
    facts.AddAttribute(made->key, "compat_id", std::move(id),
                       FromKernel(region.path + "/compat_id"));
  }
}

}  // namespace acceld::probes
