#include "placement/quota_room.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "placement/device_capacity.h"

namespace acceld::placement {
namespace {

std::optional<std::int64_t> Left(const std::optional<std::int64_t>& bound,
                                 std::int64_t held) {
  if (!bound) return std::nullopt;
  return *bound - held;
}

std::optional<Bytes> Left(const std::optional<Bytes>& bound, Bytes held) {
  if (!bound) return std::nullopt;
  return *bound - held;
}

bool IsShort(const std::optional<std::int64_t>& left, std::int64_t wanted) {
  return left && wanted > *left;
}

bool IsShort(const std::optional<Bytes>& left, Bytes wanted) {
  return left && wanted > *left;
}

}  // namespace

std::string NameOf(const policy::AppliedQuota& quota) {
  return std::string(quota.name.empty() ? quota.id : quota.name);
}

std::vector<QuotaRoom> FindRooms(const std::vector<QuotaUse>& quotas,
                                 const policy::Policy& policy,
                                 const MarkedDevices& devices) {
  std::vector<QuotaRoom> rooms;
  for (const QuotaUse& use : quotas) {
    const policy::QuotaBounds& bounds = *use.quota.bounds;
    QuotaRoom& room = rooms.emplace_back();
    room.name = NameOf(use.quota);
    room.devices = Left(bounds.devices,
                        static_cast<std::int64_t>(use.held.devices.size()));
    room.instances = Left(bounds.instances, use.held.instances);
    room.pasids = Left(bounds.pasids, use.held.pasids);
    room.memory = Left(bounds.memory, use.held.memory);
    room.buffers = Left(bounds.buffers, use.held.buffers);
    // The lease that is asked for is charged to quotas of all devices already.
    if (!use.quota.of_class.empty()) {
      room.leases = Left(bounds.leases, use.held.leases);
    }
    for (std::size_t i = 0; i < devices.devices().size(); ++i) {
      if (!policy.Counts(use.quota, devices.marks(i))) continue;
      const graph::Vertex& vertex = devices.devices()[i].vertex();
      room.counted.insert(vertex.id);
      if (use.held.devices.contains(vertex.key)) room.held.insert(vertex.id);
    }
  }
  return rooms;
}

Bytes BuffersOf(const Request& request) {
  std::int64_t all = 0;
  for (const PipelineLink& link : request.links) {
    if (!link.buffer) continue;
    // Whoever asks says how large: the sum may be more than a number holds.
    if (__builtin_add_overflow(all, link.buffer->size.value(), &all)) {
      return Bytes(std::numeric_limits<std::int64_t>::max());
    }
  }
  return Bytes(all);
}

std::optional<std::string> WhyNoRoom(const QuotaRoom& room,
                                     const Request& request, const Stage& stage,
                                     const DeviceView& device) {
  const graph::VertexId id = device.vertex().id;
  if (!room.Counts(id)) return std::nullopt;
  const auto used_up = [&](const char* what) {
    return "quota '" + room.name + "': " + what + " used up";
  };
  if (IsShort(room.leases, 1)) return used_up("leases");
  if (!room.Holds(id) && IsShort(room.devices, 1)) {
    return used_up("devices");
  }
  if (IsShort(room.instances, 1)) return used_up("instances");
  if (stage.memory && IsShort(room.memory, *stage.memory)) {
    return used_up("device memory");
  }
  const Bytes buffers = BuffersOf(request);
  if (buffers.value() > 0 && IsShort(room.buffers, buffers)) {
    return used_up("buffers");
  }
  if (UsesPasid(device, stage.sva) &&
      IsShort(room.pasids, NewPasids(request.client))) {
    return used_up("PASIDs");
  }
  return std::nullopt;
}

}  // namespace acceld::placement
