#include "placement/device_capacity.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace acceld::placement {
namespace {

constexpr std::array<std::string_view, 3> kSvaFrameworks{"amdxdna", "idxd",
                                                         "uacce"};

std::optional<std::int64_t> TotalInstances(const DeviceView& device) {
  if (const auto* total = device.GetAs<std::int64_t>(attr::kInstances)) {
    return std::max<std::int64_t>(*total, 0);
  }
  const auto* sharing = device.GetAs<std::string>(attr::kSharing);
  if (sharing != nullptr && *sharing == "multi-app") return std::nullopt;
  return 1;
}

const Bytes* OwnMemory(const graph::Vertex& vertex) {
  const AttributeValue* value = vertex.Get(attr::kMemory);
  return value == nullptr ? nullptr : std::get_if<Bytes>(value);
}

bool IsDeviceMemory(const graph::Vertex& vertex) {
  const AttributeValue* value = vertex.Get(attr::kMemoryKind);
  const auto* kind =
      value == nullptr ? nullptr : std::get_if<std::string>(value);
  return kind != nullptr && *kind == Name(MemoryKind::kDevice);
}

const Bytes* CapacityOf(const graph::Vertex& target) {
  const AttributeValue* value = target.Get(attr::kCapacity);
  return value == nullptr ? nullptr : std::get_if<Bytes>(value);
}

Bytes ChargedTo(const std::unordered_map<std::string, Bytes>& memory,
                const std::string& key) {
  const auto found = memory.find(key);
  return found == memory.end() ? Bytes(0) : found->second;
}

Bytes Remaining(Bytes total, Bytes charged) {
  return Bytes(std::max<std::int64_t>(0, total.value() - charged.value()));
}

}  // namespace

InstanceCapacity InstancesOf(const DeviceView& device,
                             const Occupancy& occupancy) {
  InstanceCapacity capacity;
  capacity.total = TotalInstances(device);
  capacity.in_use = UseOf(occupancy, device.vertex().key).instances;
  if (capacity.total) {
    capacity.free =
        std::max<std::int64_t>(0, *capacity.total - capacity.in_use);
  }
  if (const auto* seen = device.GetAs<std::int64_t>(attr::kInstancesFree)) {
    const std::int64_t seen_free = std::max<std::int64_t>(0, *seen);
    capacity.free = std::min(capacity.free.value_or(seen_free), seen_free);
    if (capacity.total) {
      capacity.in_use =
          std::max(capacity.in_use, *capacity.total - *capacity.free);
    }
  }
  return capacity;
}

DeviceUse UseOf(const Occupancy& occupancy, const std::string& key) {
  const auto found = occupancy.devices.find(key);
  return found == occupancy.devices.end() ? DeviceUse{} : found->second;
}

std::optional<MemoryPool> MemoryPoolOf(const graph::Topology& topology,
                                       const DeviceView& device) {
  const Bytes* stated = nullptr;
  graph::VertexId stated_by;
  for (const graph::VertexId part : device.chain()) {
    const Bytes* memory = OwnMemory(topology.vertex(part));
    if (stated == nullptr && memory != nullptr) {
      stated = memory;
      stated_by = part;
    }
    for (const graph::VertexId target :
         topology.RelatedFrom(part, RelationKind::kSharesMemory)) {
      const graph::Vertex& vertex = topology.vertex(target);
      const Bytes* capacity = CapacityOf(vertex);
      if (capacity == nullptr || !IsDeviceMemory(vertex)) continue;
      return MemoryPool{target, true, *capacity};
    }
  }
  if (stated == nullptr) return std::nullopt;
  return MemoryPool{stated_by, false, *stated};
}

Bytes FreeMemory(const MemoryPool& pool, const graph::Topology& topology,
                 const Occupancy& occupancy) {
  const std::string& key = topology.vertex(pool.vertex).key;
  return Remaining(pool.total, pool.is_target ? ChargedTo(occupancy.memory, key)
                                              : UseOf(occupancy, key).memory);
}

std::optional<Bytes> FreeMemoryOfTarget(const graph::Vertex& target,
                                        const Occupancy& occupancy) {
  const Bytes* capacity = CapacityOf(target);
  if (capacity == nullptr) return std::nullopt;
  // Buffers are of ordinary pages: a pool of huge pages has no room for them.
  const AttributeValue* value = target.Get("hugepage_reserved");
  const auto* pool = value == nullptr ? nullptr : std::get_if<Bytes>(value);
  return Remaining(pool == nullptr ? *capacity : Remaining(*capacity, *pool),
                   ChargedTo(occupancy.memory, target.key));
}

bool BindsOpener(const DeviceView& device) {
  const auto* framework = device.GetAs<std::string>(attr::kFramework);
  return framework != nullptr &&
         std::find(kSvaFrameworks.begin(), kSvaFrameworks.end(), *framework) !=
             kSvaFrameworks.end();
}

bool UsesPasid(const DeviceView& device, SvaNeed need) {
  if (BindsOpener(device)) return true;
  return need != SvaNeed::kAny && device.Get(attr::kPasidWidth) != nullptr;
}

std::int64_t NewPasids(const Client& client) {
  return client.has_pasid && client.processes == 1 ? 0 : client.processes;
}

std::int64_t PasidsWithin(std::int64_t width) {
  constexpr std::int64_t kWidest = 20;  // PCIe base specification 5.0, 6.20
  const std::int64_t bits = std::clamp<std::int64_t>(width, 1, kWidest);
  return (std::int64_t{1} << bits) - 2;
}

}  // namespace acceld::placement
