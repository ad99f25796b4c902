#include "probes/nvidia_switches.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace acceld::probes {
namespace {

bool IsSwitch(const FactIndex& index, const std::string& function) {
  const auto is = [&](std::string_view name, std::string_view value) {
    const Attribute* attribute = index.Get(function, name);
    return attribute != nullptr && ToText(attribute->value) == value;
  };
  // A bridge of no other kind: no device of the PCI tree hangs below it.
  return is(attr::kVendor, "10de") && is(attr::kDriver, "nvidia-nvswitch") &&
         is(attr::kClass, "068000");
}

// Empty where it cannot be said which GPUs are on the switches.
std::vector<std::string> MembersOf(const std::vector<NvidiaGpu>& gpus) {
  std::vector<std::string> members;
  std::string model;
  for (const NvidiaGpu& gpu : gpus) {
    if (gpu.is_excluded) continue;
    if (gpu.key.empty() || gpu.model.empty()) return {};
    if (!members.empty() && gpu.model != model) return {};
    model = gpu.model;
    members.push_back(gpu.key);
  }
  if (members.size() < 2) return {};
  return members;
}

}  // namespace

void AddNvSwitches(const FactReader& reader, const FactIndex& index,
                   const std::vector<NvidiaGpu>& gpus) {
  const std::string hub = "fabric-hub:nvswitch";
  std::vector<std::string> switches;
  for (const std::string& function : index.pci_keys()) {
    if (IsSwitch(index, function)) switches.push_back(AddressOfKey(function));
  }
  if (switches.empty()) return;
  std::sort(switches.begin(), switches.end());
  FactSet& facts = reader.facts();
  const Provenance from =
      FromKernel("sys/bus/pci/devices/" + switches.front() + "/driver");
  facts.AddEntity(hub, VertexKind::kFabricHub);
  facts.AddAttribute(hub, "switches", std::move(switches), from);
  std::vector<std::string> members = MembersOf(gpus);
  for (const std::string& member : members) {
    facts.links.push_back({member, hub, LinkKind::kFabric, {}, {}, {}});
  }
  if (members.empty()) return;
  facts.AddAttribute(
      hub, "members", std::move(members),
      {Evidence::kAssumed,
       "NVSwitches join all GPUs of a machine that has one model of them; no "
       "kernel file tells NVLinks"});
}

}  // namespace acceld::probes
