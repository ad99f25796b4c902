// DeviceIdentity: which piece of hardware a key stands for. Keys are names that
// the kernel gives again: after one card was pulled and another plugged in,
// "accelerator:renderD128" may be a different device.
// Values; no threading rule.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/topology.h"

namespace acceld::daemon {

struct DeviceIdentity {
  std::string key;
  // "NAME=VALUE" of what tells devices apart: framework, device number, PCI
  // address, vendor and device, of the device and of what it is part of. Of a
  // VFIO device no number: it has one only while it is bound to vfio-pci.
  std::vector<std::string> marks;
  // Kernel names of the device and of what it is part of ("wq0.1", "dsa0",
  // "0000:6a:01.0").
  std::vector<std::string> names;

  friend bool operator==(const DeviceIdentity&,
                         const DeviceIdentity&) = default;
};

// Without marks and names where `topology` has no such device.
[[nodiscard]] DeviceIdentity IdentityOf(const graph::Topology& topology,
                                        std::string_view key);

// Whether it, or what it is part of, is among the kernel names `removed`.
[[nodiscard]] bool IsAmong(const DeviceIdentity& device,
                           const std::set<std::string, std::less<>>& removed);

}  // namespace acceld::daemon
