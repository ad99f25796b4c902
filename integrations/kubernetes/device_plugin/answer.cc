#include "integrations/kubernetes/device_plugin/answer.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "integrations/cdi/names.h"

namespace acceld::kubernetes {
namespace {

constexpr std::string_view kLease = "ACCELD_LEASE";
constexpr const char* kLeases = "ACCELD_LEASES";
constexpr const char* kReadWrite = "rw";

// What of two leases is one list.
bool IsList(std::string_view variable) {
  return variable == "ACCELD_PCI_ADDRESSES" || variable == "ACCELD_NUMA_NODES";
}

void AddVariables(const cdi::Edits& edits,
                  v1beta1::ContainerAllocateResponse& answer) {
  auto& variables = *answer.mutable_envs();
  for (const auto& [name, value] : edits.env) {
    if (name == kLease) {
      std::string& all = variables[kLeases];
      all.append(all.empty() ? "" : ",").append(value);
    }
    const auto [there, is_new] = variables.insert({name, value});
    if (is_new || !IsList(name) || value.empty()) continue;
    there->second.append(there->second.empty() ? "" : ",").append(value);
  }
}

void AddNodes(const cdi::Edits& edits,
              v1beta1::ContainerAllocateResponse& answer) {
  for (const cdi::DeviceNode& node : edits.nodes) {
    const auto same = [&](const v1beta1::DeviceSpec& other) {
      return other.container_path() == node.path;
    };
    const auto& devices = answer.devices();
    if (std::any_of(devices.begin(), devices.end(), same)) continue;
    v1beta1::DeviceSpec* device = answer.add_devices();
    device->set_container_path(node.path);
    device->set_host_path(node.host_path.empty() ? node.path : node.host_path);
    device->set_permissions(kReadWrite);
  }
}

void AddMounts(const cdi::Edits& edits,
               v1beta1::ContainerAllocateResponse& answer) {
  for (const cdi::Mount& from : edits.mounts) {
    v1beta1::Mount* mount = answer.add_mounts();
    mount->set_container_path(from.container_path);
    mount->set_host_path(from.host_path);
    mount->set_read_only(std::find(from.options.begin(), from.options.end(),
                                   "ro") != from.options.end());
  }
}

}  // namespace

void AddAnswer(std::span<const cdi::Spec> leases, AnswerForm form,
               v1beta1::ContainerAllocateResponse& answer) {
  for (const cdi::Spec& lease : leases) {
    for (const cdi::Device& device : lease.devices) {
      AddVariables(device.edits, answer);
      if (form == AnswerForm::kCdi) {
        answer.add_cdi_devices()->set_name(
            cdi::QualifiedName(lease.kind, device.name));
        continue;
      }
      AddNodes(device.edits, answer);
      AddMounts(device.edits, answer);
    }
  }
}

}  // namespace acceld::kubernetes
