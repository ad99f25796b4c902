// Candidates: for each stage the devices that could serve it, and for each
// device that cannot, why. First half of placement; pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/topology.h"
#include "placement/hidden.h"
#include "placement/marked_devices.h"
#include "placement/occupancy.h"
#include "placement/quota_room.h"
#include "placement/request.h"
#include "placement/taints.h"
#include "policy/policy.h"

namespace acceld::placement {

enum class RejectionReason {
  kFunction,    // does not offer the function
  kPolicy,      // the policy does not let this caller use it
  kTaint,       // taken out of use, for maintenance say
  kSelector,    // a selector of the stage does not hold
  kHealth,      // failed
  kSharing,     // exclusive wanted and somebody holds it, or held exclusively
  kCapacity,    // no instance free
  kMemory,      // too little device memory free
  kPasid,       // no PASID left within its width
  kSva,         // SVA required and known not to work
  kGrant,       // this daemon cannot hand it out
  kQuarantine,  // released and not yet free again
  kQuota,       // the caller holds all that a quota lets it hold
};
[[nodiscard]] std::string_view Name(RejectionReason reason);

struct Rejection {
  graph::VertexId device;
  RejectionReason reason{};
  std::string text;  // "instances: 16 of 16 in use"
};

struct StageCandidates {
  std::vector<graph::VertexId> devices;  // in key order
  // Those of them that shall serve only where no other can: "sva" is
  // "preferred" and known not to work. In key order.
  std::vector<graph::VertexId> avoided;
  // Likewise: those that a taint says to avoid. In key order.
  std::vector<graph::VertexId> tainted;
  std::vector<Rejection> rejections;  // devices the caller may not use
                                      // (kPolicy) are kept for the log and
                                      // never shown to the caller
};

// Why this daemon cannot hand a device out; nothing where it can. Decides
// kGrant.
using GrantRefusal =
    std::function<std::optional<std::string>(const graph::Vertex& device)>;

// Why a bind of the asker's address space is known, from clients' reports, not
// to work on a device; nothing where it is not known. May be empty.
using SvaRefusal = GrantRefusal;

struct CandidateSet {
  std::vector<StageCandidates> stages;  // as request.stages
  // What quotas leave for all stages together.
  std::vector<QuotaRoom> quotas = {};
  // Outside the asker's namespace: memory that holds no buffer of it.
  Hidden hidden = {};
};

// What is known beside the machine, the leases and the policy.
struct Known {
  // Of the topology and the policy; null: worked out for this request.
  const MarkedDevices* devices = nullptr;
  // What each quota that binds the subject holds already.
  const std::vector<QuotaUse>* quotas = nullptr;
};

[[nodiscard]] CandidateSet FindCandidates(
    const Request& request, const graph::Topology& topology,
    const Occupancy& occupancy, const policy::Policy& policy,
    const policy::Subject& subject, const GrantRefusal& refusal,
    const SvaRefusal& sva_refusal = {}, const DeviceTaint& taint = {},
    const Known& known = {});

}  // namespace acceld::placement
