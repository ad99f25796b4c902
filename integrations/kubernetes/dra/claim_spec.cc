#include "integrations/kubernetes/dra/claim_spec.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "integrations/cdi/companion_nodes.h"
#include "integrations/cdi/device_node.h"
#include "integrations/cdi/names.h"

namespace acceld::dra {
namespace {

const MachineDevice* FindDevice(const Machine& machine,
                                const std::string& key) {
  const auto& devices = machine.devices();
  const auto found =
      std::find_if(devices.begin(), devices.end(),
                   [&](const MachineDevice& one) { return one.key() == key; });
  return found == devices.end() ? nullptr : &*found;
}

// The stages that were placed on it: "unzip,infer".
std::string StagesOn(const std::vector<PlacedStage>& stages,
                     const std::string& device) {
  std::vector<std::string> names;
  for (const PlacedStage& one : stages) {
    const bool is_new =
        std::find(names.begin(), names.end(), one.stage) == names.end();
    if (one.device == device && is_new) names.push_back(one.stage);
  }
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list.push_back(',');
    list.append(name);
  }
  return list;
}

cdi::Mount MountOf(const std::string& there, const std::string& here) {
  return {there, here, "", {"bind", "ro", "nosuid", "nodev", "noexec"}};
}

// Its own, and those that its driver's programs open besides.
Result<std::vector<cdi::DeviceNode>> NodesOf(const MachineDevice& device,
                                             const NodePlaces& places) {
  ACCELD_TRY(const dev_t wanted,
             cdi::ParseDeviceNumber(*device.String("device_number")));
  ACCELD_TRY(cdi::DeviceNode own,
             cdi::FindDeviceNode(*device.String("node"), wanted, places.root));
  ACCELD_TRY(const auto drivers, cdi::ReadCharacterDrivers());
  ACCELD_TRY(auto nodes, cdi::FindCompanionNodes(
                             {device.String("framework").value_or(""),
                              device.String("driver").value_or(""),
                              device.Strings("capability_nodes"),
                              device.String("render_node").value_or("")},
                             drivers, places.root));
  nodes.insert(nodes.begin(), std::move(own));
  return nodes;
}

Result<cdi::Device> MakeDevice(const ClaimLease& claim, std::size_t index,
                               const MachineDevice& device,
                               const NodePlaces& places) {
  const std::string number = std::to_string(index);
  cdi::Device made;
  made.name = claim.uid + "-" + number;
  auto& env = made.edits.env;
  env.emplace_back("ACCELD_DEVICE_" + number, device.key());
  env.emplace_back("ACCELD_STAGES_" + number,
                   StagesOn(claim.stages, device.key()));
  if (const auto address = device.String("address")) {
    env.emplace_back("ACCELD_PCI_" + number, *address);
  }
  if (const auto node = device.String("place_numa")) {
    env.emplace_back("ACCELD_NUMA_" + number,
                     node->substr(node->find(':') + 1));
  }
  if (!device.HasNode() || places.stand_in) return made;
  ACCELD_TRY(made.edits.nodes, NodesOf(device, places));
  return made;
}

}  // namespace

std::string SpecFileName(const std::string& uid) {
  return cdi::FileNameOf(cdi::kVendor, kClaimClass, uid);
}

std::vector<std::string> DevicesOf(const std::vector<PlacedStage>& stages) {
  std::vector<std::string> devices;
  for (const PlacedStage& one : stages) {
    if (std::find(devices.begin(), devices.end(), one.device) ==
        devices.end()) {
      devices.push_back(one.device);
    }
  }
  return devices;
}

std::string CdiName(const std::string& uid, std::size_t index) {
  return cdi::QualifiedName(cdi::KindOf(cdi::kVendor, kClaimClass),
                            uid + "-" + std::to_string(index));
}

std::string CdiName(const std::string& uid, const std::string& request) {
  return cdi::QualifiedName(cdi::KindOf(cdi::kVendor, kClaimClass),
                            uid + "_" + request);
}

Result<cdi::Spec> MakeClaimSpec(const ClaimLease& claim, const Machine& machine,
                                const NodePlaces& places) {
  cdi::Spec spec;
  spec.kind = cdi::KindOf(cdi::kVendor, kClaimClass);
  spec.edits.env.emplace_back("ACCELD_LEASE", claim.lease);
  if (!claim.socket.empty()) {
    // As integrations/cdi/lease_spec.cc has it.
    spec.edits.env.emplace_back("ACCELD_LEASE_SOCKET", claim.socket);
    spec.edits.mounts.push_back(MountOf(claim.socket, claim.socket));
  }
  const std::vector<std::string> devices = DevicesOf(claim.stages);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const MachineDevice* device = FindDevice(machine, devices[i]);
    if (device == nullptr) {
      return Fail(ErrorCode::kDeviceGone,
                  "the machine has no device '" + devices[i] + "' any more");
    }
    ACCELD_TRY(cdi::Device made, MakeDevice(claim, i, *device, places));
    spec.devices.push_back(std::move(made));
  }
  for (const ClaimLease::File& file : claim.files) {
    cdi::Device made;
    made.name = claim.uid + "_" + file.request;
    made.edits.mounts.push_back(MountOf(file.host_path, file.container_path));
    spec.devices.push_back(std::move(made));
  }
  return spec;
}

}  // namespace acceld::dra
