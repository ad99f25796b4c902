// Verify(): the second opinion before every grant. Reads a placement against
// the request, the machine and the leases with plain loops, one rule after the
// other, and none of the solver's code: a mistake there must not excuse itself
// here.
#include <map>
#include <string>
#include <utility>

#include "placement/device_capacity.h"
#include "placement/device_view.h"
#include "placement/doors.h"
#include "placement/placement.h"
#include "placement/verified_cost.h"
#include "placement/verified_loads.h"
#include "placement/verified_quotas.h"
#include "placement/verified_rules.h"

namespace acceld::placement {
namespace {

Status Wrong(std::string what) {
  return Fail(ErrorCode::kInternal, "placement: " + std::move(what));
}

// All replicas of all stages, once each and in order, on candidates.
Status CheckStages(const Request& request, const CandidateSet& candidates,
                   const Placement& placement) {
  std::size_t at = 0;
  for (std::size_t stage = 0; stage < request.stages.size(); ++stage) {
    const std::string& name = request.stages[stage].name;
    for (std::int64_t replica = 0; replica < request.stages[stage].count;
         ++replica, ++at) {
      if (at >= placement.stages.size()) return Wrong(name + " has no device");
      const StageAssignment& found = placement.stages[at];
      if (found.stage != stage || found.replica != replica) {
        return Wrong("stages out of order at " + name);
      }
      bool is_candidate = false;
      for (const graph::VertexId device : candidates.stages[stage].devices) {
        is_candidate = is_candidate || device == found.device;
      }
      if (!is_candidate) return Wrong(name + " is on no candidate of it");
    }
  }
  if (at != placement.stages.size()) return Wrong("too many stages");
  return {};
}

Status CheckBuffers(const Request& request, const CandidateSet& candidates,
                    const graph::Topology& topology,
                    const Placement& placement) {
  std::size_t at = 0;
  for (std::size_t link = 0; link < request.links.size(); ++link) {
    if (!request.links[link].buffer) continue;
    if (at >= placement.buffers.size()) return Wrong("a buffer has no memory");
    const BufferAssignment& found = placement.buffers[at++];
    if (found.link != link) return Wrong("buffers out of order");
    if (found.memory.value() >= topology.vertices().size()) {
      return Wrong("a buffer is nowhere");
    }
    const graph::Vertex& memory = topology.vertex(found.memory);
    if (candidates.hidden.Has(found.memory)) {
      return Wrong("a buffer is where its owner may not be");
    }
    if (!CanHold(memory, request.links[link].buffer->kind)) {
      return Wrong(memory.key + " cannot hold the buffer");
    }
  }
  if (at != placement.buffers.size()) return Wrong("too many buffers");
  return {};
}

// Opens, exclusive use and PASIDs.
Status CheckDevices(const Request& request, const graph::Topology& topology,
                    const Occupancy& occupancy, const Placement& placement) {
  std::map<graph::VertexId, std::int64_t> opens;
  for (const StageAssignment& one : placement.stages) ++opens[one.device];
  for (const StageAssignment& one : placement.stages) {
    const Stage& stage = request.stages[one.stage];
    const DeviceView device(topology, one.device);
    const std::string& key = device.vertex().key;
    if (!CanServe(device, stage)) return Wrong(key + " cannot do the work");
    const auto free = InstancesOf(device, occupancy).free;
    if (free && opens[one.device] > *free) {
      return Wrong(key + " has too few instances free");
    }
    const DeviceUse use = UseOf(occupancy, key);
    const DeviceUse whole =
        UseOf(occupancy, topology.vertex(device.owner()).key);
    if (use.exclusive + whole.exclusive > 0)
      return Wrong(key + " is held exclusively");
    if (use.quarantined + whole.quarantined > 0)
      return Wrong(key + " is in quarantine");
    if (stage.sharing == Sharing::kExclusive &&
        (opens[one.device] > 1 || use.instances > 0)) {
      return Wrong(key + " is not exclusive to " + stage.name);
    }
    const auto* width = device.GetAs<std::int64_t>(attr::kPasidWidth);
    if (width != nullptr && UsesPasid(device, stage.sva) &&
        occupancy.live_pasids + NewPasids(request.client) >
            PasidsWithin(*width)) {
      return Wrong(key + " has no PASID left");
    }
  }
  return {};
}

// No two devices of one piece of hardware, in this lease or by others.
Status CheckDoors(const graph::Topology& topology, const Occupancy& occupancy,
                  const Placement& placement) {
  const Doors doors(topology);
  for (const StageAssignment& one : placement.stages) {
    for (const graph::VertexId other : doors.OthersOf(one.device)) {
      const std::string& key = topology.vertex(other).key;
      const DeviceUse use = UseOf(occupancy, key);
      bool held = use.instances + use.exclusive + use.quarantined > 0;
      for (const StageAssignment& another : placement.stages) {
        held = held || another.device == other;
      }
      if (held) {
        return Wrong(topology.vertex(one.device).key + " is the hardware of " +
                     key + " too");
      }
    }
  }
  return {};
}

// VFIO takes whole IOMMU groups: nothing else of the group is leased, here or
// by others. By the groups themselves, not by the doors that the solver counts.
Status CheckGroups(const graph::Topology& topology, const Occupancy& occupancy,
                   const Placement& placement) {
  const auto group_of = [&](graph::VertexId id) {
    return DeviceView(topology, id).GetAs<std::int64_t>(attr::kIommuGroup);
  };
  for (const StageAssignment& one : placement.stages) {
    const auto* framework =
        DeviceView(topology, one.device).GetAs<std::string>(attr::kFramework);
    const std::int64_t* group = group_of(one.device);
    if (framework == nullptr || *framework != "vfio" || group == nullptr) {
      continue;
    }
    for (const graph::VertexId other : FindDevices(topology)) {
      const std::int64_t* others = group_of(other);
      if (other == one.device || others == nullptr || *others != *group) {
        continue;
      }
      const DeviceUse use = UseOf(occupancy, topology.vertex(other).key);
      bool held = use.instances + use.exclusive + use.quarantined > 0;
      for (const StageAssignment& another : placement.stages) {
        held = held || another.device == other;
      }
      if (!held) continue;
      return Wrong(topology.vertex(one.device).key +
                   " has less than its whole IOMMU group");
    }
  }
  return {};
}

Status CheckMemory(const Request& request, const graph::Topology& topology,
                   const Occupancy& occupancy, const Placement& placement) {
  std::map<graph::VertexId, std::int64_t> free;  // after this placement
  for (const BufferAssignment& one : placement.buffers) {
    const graph::Vertex& memory = topology.vertex(one.memory);
    const auto now = FreeMemoryOfTarget(memory, occupancy);
    if (!now) return Wrong(memory.key + " is of unknown size");
    free.try_emplace(one.memory, now->value());
    free[one.memory] -= request.links[one.link].buffer->size.value();
  }
  for (const StageAssignment& one : placement.stages) {
    const Stage& stage = request.stages[one.stage];
    if (!stage.memory) continue;
    const auto pool = MemoryPoolOf(topology, DeviceView(topology, one.device));
    if (!pool) return Wrong(stage.name + " is on a device of unknown memory");
    free.try_emplace(pool->vertex,
                     FreeMemory(*pool, topology, occupancy).value());
    free[pool->vertex] -= stage.memory->value();
  }
  for (const auto& [vertex, left] : free) {
    if (left < 0) return Wrong(topology.vertex(vertex).key + " is too full");
  }
  return {};
}

Status CheckConstraints(const Request& request, const graph::Topology& topology,
                        const Placement& placement) {
  for (const GroupConstraint& constraint : request.constraints) {
    const auto members = MembersOf(constraint, placement);
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < members.size(); ++j) {
        const bool same =
            OnSame(topology, constraint.attribute, members[i], members[j]);
        if (same != (constraint.kind == GroupConstraint::Kind::kSame)) {
          return Wrong("constraint on " + constraint.attribute +
                       " does not hold");
        }
      }
    }
  }
  return {};
}

}  // namespace

Status Verify(const Request& request, const CandidateSet& candidates,
              const graph::Topology& topology, const Occupancy& occupancy,
              const policy::Objective& objective, const Placement& placement) {
  if (candidates.stages.size() != request.stages.size()) {
    return Wrong("candidates of another request");
  }
  ACCELD_TRY_VOID(CheckStages(request, candidates, placement));
  ACCELD_TRY_VOID(CheckBuffers(request, candidates, topology, placement));
  if (placement.host.value() >= topology.vertices().size() ||
      !CanRunClient(topology.vertex(placement.host), request.client)) {
    return Wrong("the host cannot run the client");
  }
  ACCELD_TRY_VOID(CheckDevices(request, topology, occupancy, placement));
  ACCELD_TRY_VOID(CheckDoors(topology, occupancy, placement));
  ACCELD_TRY_VOID(CheckGroups(topology, occupancy, placement));
  ACCELD_TRY_VOID(CheckMemory(request, topology, occupancy, placement));
  ACCELD_TRY_VOID(CheckQuotas(request, candidates, topology, placement));
  ACCELD_TRY_VOID(CheckConstraints(request, topology, placement));
  for (std::size_t link = 0; link < request.links.size(); ++link) {
    ACCELD_TRY_VOID(CheckLink(request, topology, placement, link));
  }
  ACCELD_TRY_VOID(CheckLoads(request, topology, placement));
  const Cost total = VerifiedCost(request, candidates, topology, occupancy,
                                  objective, placement);
  Cost sum = 0;
  for (const CostTerm& term : placement.terms) {
    if (term.cost < 0) return Wrong("a term costs less than nothing");
    if (term.cost > kMaxCost - sum) {
      sum = kMaxCost;
    } else {
      sum += term.cost;
    }
  }
  if (total != placement.total || sum != placement.total) {
    return Wrong("costs " + std::to_string(total) + ", not " +
                 std::to_string(placement.total) +
                 " (terms: " + std::to_string(sum) + ")");
  }
  return {};
}

}  // namespace acceld::placement
