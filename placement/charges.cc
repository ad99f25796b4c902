// ChargesOf(): what a lease on a placement takes.
#include <algorithm>

#include "placement/device_capacity.h"
#include "placement/device_view.h"
#include "placement/placement.h"

namespace acceld::placement {
namespace {

void ChargeMemory(const graph::Topology& topology, const DeviceView& device,
                  Bytes memory, Occupancy::Charges& charges) {
  const auto pool = MemoryPoolOf(topology, device);
  if (!pool) return;  // no candidate: memory was asked for and is not known
  const std::string& key = topology.vertex(pool->vertex).key;
  if (pool->is_target) {
    charges.memory.push_back({key, memory});
  } else {
    DeviceUse use;
    use.memory = memory;
    charges.devices.push_back({key, use});
  }
}

}  // namespace

Occupancy::Charges ChargesOf(const Request& request,
                             const graph::Topology& topology,
                             const Placement& placement) {
  Occupancy::Charges charges;
  bool uses_pasid = false;
  for (const StageAssignment& assignment : placement.stages) {
    const Stage& stage = request.stages[assignment.stage];
    const DeviceView device(topology, assignment.device);
    DeviceUse use;
    use.instances = 1;
    use.exclusive = stage.sharing == Sharing::kExclusive ? 1 : 0;
    charges.devices.push_back({device.vertex().key, use});
    if (stage.memory) ChargeMemory(topology, device, *stage.memory, charges);
    uses_pasid = uses_pasid || UsesPasid(device, stage.sva);
  }
  for (const BufferAssignment& buffer : placement.buffers) {
    charges.memory.push_back({topology.vertex(buffer.memory).key,
                              request.links[buffer.link].buffer->size});
  }
  // One PASID for each address space, however many devices it uses. That of a
  // process which has one already is shared by its leases: whoever charges them
  // knows.
  if (uses_pasid) charges.pasids = request.client.processes;
  return charges;
}

}  // namespace acceld::placement
