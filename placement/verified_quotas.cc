#include "placement/verified_quotas.h"

#include <set>

#include "placement/device_capacity.h"
#include "placement/device_view.h"

namespace acceld::placement {
namespace {

// What a placement takes of one quota.
struct Taken {
  std::set<graph::VertexId> devices;  // that were not held before
  std::int64_t instances = 0;
  std::int64_t memory = 0;
  bool pasid = false;
};

Taken TakenOf(const Request& request, const graph::Topology& topology,
              const Placement& placement, const QuotaRoom& room) {
  Taken taken;
  for (const StageAssignment& one : placement.stages) {
    if (room.counted.count(one.device) == 0) continue;
    const Stage& stage = request.stages[one.stage];
    if (room.held.count(one.device) == 0) taken.devices.insert(one.device);
    ++taken.instances;
    if (stage.memory) taken.memory += stage.memory->value();
    taken.pasid =
        taken.pasid || UsesPasid(DeviceView(topology, one.device), stage.sva);
  }
  return taken;
}

}  // namespace

Status CheckQuotas(const Request& request, const CandidateSet& candidates,
                   const graph::Topology& topology,
                   const Placement& placement) {
  for (const QuotaRoom& room : candidates.quotas) {
    const Taken taken = TakenOf(request, topology, placement, room);
    if (taken.instances == 0) continue;
    const auto devices = static_cast<std::int64_t>(taken.devices.size());
    const std::int64_t pasids = taken.pasid ? NewPasids(request.client) : 0;
    std::int64_t buffers = 0;
    for (const BufferAssignment& one : placement.buffers) {
      buffers += request.links[one.link].buffer->size.value();
    }
    const bool exceeded =
        (room.devices && devices > 0 && devices > *room.devices) ||
        (room.instances && taken.instances > *room.instances) ||
        (room.memory && taken.memory > 0 &&
         taken.memory > room.memory->value()) ||
        (room.pasids && pasids > 0 && pasids > *room.pasids) ||
        (room.buffers && buffers > 0 && buffers > room.buffers->value()) ||
        (room.leases && *room.leases < 1);
    if (exceeded) {
      return Fail(ErrorCode::kInternal,
                  "placement: more than quota '" + room.name + "' leaves");
    }
  }
  return {};
}

}  // namespace acceld::placement
