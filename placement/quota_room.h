// QuotaRoom: what a quota of the policy leaves to who asks, as placement sees
// it: which devices count, and how much of them a request may still take. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/device_view.h"
#include "placement/marked_devices.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::placement {

// What is charged to a quota's account now.
struct QuotaHeld {
  std::set<std::string> devices;  // keys
  std::int64_t instances = 0;
  std::int64_t pasids = 0;
  Bytes memory;
  Bytes buffers;
  std::int64_t leases = 0;
};

// A quota that binds the subject of a request. `quota` refers to its policy.
struct QuotaUse {
  policy::AppliedQuota quota;
  QuotaHeld held;
};

// What is left; below 0 where more is held than a newer policy allows. Absent:
// the quota does not bound it.
struct QuotaRoom {
  std::string name;                   // its own, else its place in the policy
  std::set<graph::VertexId> counted;  // devices whose use is charged to it
  std::set<graph::VertexId> held;  // of them: no further device if used again
  std::optional<std::int64_t> devices;
  std::optional<std::int64_t> instances;
  std::optional<std::int64_t> pasids;
  std::optional<Bytes> memory;
  std::optional<Bytes> buffers;
  std::optional<std::int64_t> leases;

  [[nodiscard]] bool Counts(graph::VertexId device) const {
    return counted.contains(device);
  }
  [[nodiscard]] bool Holds(graph::VertexId device) const {
    return held.contains(device);
  }
};

// How a refusal calls a quota: by its name, else by its place in the policy.
[[nodiscard]] std::string NameOf(const policy::AppliedQuota& quota);

[[nodiscard]] std::vector<QuotaRoom> FindRooms(
    const std::vector<QuotaUse>& quotas, const policy::Policy& policy,
    const MarkedDevices& devices);

// Bytes of all buffers that the request asks for. Saturates.
[[nodiscard]] Bytes BuffersOf(const Request& request);

// Why the quota leaves nothing for one replica of a stage on the device;
// nothing where it does, or does not count the device.
[[nodiscard]] std::optional<std::string> WhyNoRoom(const QuotaRoom& room,
                                                   const Request& request,
                                                   const Stage& stage,
                                                   const DeviceView& device);

}  // namespace acceld::placement
