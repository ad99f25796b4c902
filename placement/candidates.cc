#include "placement/candidates.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "placement/device_capacity.h"
#include "placement/device_view.h"
#include "placement/doors.h"
#include "placement/stage_view.h"
#include "policy/selector_text.h"

namespace acceld::placement {
namespace {

constexpr std::array<std::string_view, 13> kReasons{
    "function", "policy",     "taint",  "selector", "health",
    "sharing",  "capacity",   "memory", "pasid",    "sva",
    "grant",    "quarantine", "quota"};

// All that the questions below look at.
struct Question {
  const Request& request;
  const Stage& stage;
  const DeviceView& device;
  const graph::Topology& topology;
  const Occupancy& occupancy;
  const policy::Policy& policy;
  const policy::SubjectMarks& subject;
  const policy::DeviceMarks& marks;  // of the device
  const StageView& asked;            // the stage, as policies see it
  const GrantRefusal& refusal;
  const SvaRefusal& sva_refusal;
  const DeviceTaint& taint;  // set at run time
  const Doors& doors;
  const std::vector<QuotaRoom>& quotas;
};

// Each answers with the text of a rejection, or nothing.
using Answer = std::optional<std::string>;

std::string Quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Answer Function(const Question& q) {
  const auto* functions =
      q.device.GetAs<std::vector<std::string>>(attr::kFunctions);
  if (functions == nullptr || functions->empty()) return "offers no function";
  if (std::find(functions->begin(), functions->end(), q.stage.function) !=
      functions->end()) {
    return std::nullopt;
  }
  return "offers " + ToText(AttributeValue(*functions)) + ", not " +
         q.stage.function;
}

Answer PolicyVerdict(const Question& q, const policy::Use& use) {
  const policy::Verdict verdict = q.policy.Decide(q.subject, q.marks, use);
  if (verdict.allowed) return std::nullopt;
  std::string text = "refused by " + std::string(verdict.rule);
  if (!verdict.reason.empty()) text.append(": ").append(verdict.reason);
  return text;
}

Answer Policy(const Question& q) {
  return PolicyVerdict(q, {q.stage.function, &q.asked});
}

std::optional<policy::TaintVerdict> TaintOf(const Question& q) {
  return HeaviestTaint(q.policy, q.subject, q.marks, q.topology, q.device,
                       q.taint);
}

Answer Taint(const Question& q) {
  const auto taint = TaintOf(q);
  if (!taint || !taint->refuses) return std::nullopt;
  return taint->reason.empty() ? "taken out of use"
                               : std::string(taint->reason);
}

bool IsTainted(const Question& q) {
  const auto taint = TaintOf(q);
  return taint && !taint->refuses;
}

Answer Selectors(const Question& q) {
  for (const policy::Selector& selector : q.stage.select) {
    if (policy::Matches(selector, q.device)) continue;
    if (selector.attribute.empty()) {  // all, any, not
      return "does not match " + policy::ToText(selector);
    }
    const AttributeValue* value = q.device.Get(selector.attribute);
    return "does not match " + policy::ToText(selector) + ": " +
           (value == nullptr ? "not known" : "it is " + Quoted(ToText(*value)));
  }
  return std::nullopt;
}

Answer Health(const Question& q) {
  if (!q.device.HasFailed()) return std::nullopt;
  return "health: failed";
}

bool IsHeld(const DeviceUse& use) {
  return use.instances > 0 || use.exclusive > 0 || use.quarantined > 0;
}

// Whether a lease has another VFIO device of the group: which of them stands
// for it may have been another one then.
bool IsGroupHeld(const Question& q) {
  const auto* functions =
      q.device.GetAs<std::vector<std::string>>("vfio_group_functions");
  if (functions == nullptr) return false;
  for (const std::string& address : *functions) {
    const auto function = q.topology.Find("pci:" + address);
    if (!function) continue;
    for (const graph::VertexId other :
         q.topology.RelatedTo(*function, RelationKind::kAcceleratorOf)) {
      if (other != q.device.vertex().id &&
          IsHeld(UseOf(q.occupancy, q.topology.vertex(other).key))) {
        return true;
      }
    }
  }
  return false;
}

Answer SharingClass(const Question& q) {
  const DeviceUse own = UseOf(q.occupancy, q.device.vertex().key);
  const DeviceUse whole =
      UseOf(q.occupancy, q.topology.vertex(q.device.owner()).key);
  if (own.exclusive > 0 || whole.exclusive > 0)
    return "held exclusively by a lease";
  if (q.stage.sharing == Sharing::kExclusive && own.instances > 0) {
    return "wanted exclusively; opens in use: " + std::to_string(own.instances);
  }
  for (const graph::VertexId other : q.doors.OthersOf(q.device.vertex().id)) {
    // Not by name: the caller may not be allowed to see it.
    if (IsHeld(UseOf(q.occupancy, q.topology.vertex(other).key))) {
      return q.doors.TakesAll(q.device.vertex().id)
                 ? "VFIO takes its whole IOMMU group, and something of that is "
                   "leased"
                 : "leased by VFIO, with its whole IOMMU group";
    }
  }
  if (IsGroupHeld(q)) {
    return "another function of its IOMMU group is leased";
  }
  return std::nullopt;
}

Answer Capacity(const Question& q) {
  const InstanceCapacity instances = InstancesOf(q.device, q.occupancy);
  if (!instances.free || *instances.free > 0) return std::nullopt;
  // Written by probes where `instances` is 0 whoever asks.
  if (const auto* why = q.device.GetAs<std::string>("not_offered")) {
    return "instances: none: " + *why;
  }
  if (!instances.total) return "instances: none free";
  return "instances: " + std::to_string(instances.in_use) + " of " +
         std::to_string(*instances.total) + " in use";
}

Answer Memory(const Question& q) {
  if (!q.stage.memory) return std::nullopt;
  const auto pool = MemoryPoolOf(q.topology, q.device);
  if (!pool) {
    return "memory: " + ToString(*q.stage.memory) + " wanted, size not known";
  }
  const Bytes free = FreeMemory(*pool, q.topology, q.occupancy);
  if (free >= *q.stage.memory) return std::nullopt;
  return "memory: " + ToString(*q.stage.memory) + " wanted, " + ToString(free) +
         " of " + ToString(pool->total) + " free";
}

Answer Pasid(const Question& q) {
  const auto* width = q.device.GetAs<std::int64_t>(attr::kPasidWidth);
  if (width == nullptr || !UsesPasid(q.device, q.stage.sva)) {
    return std::nullopt;
  }
  const std::int64_t wanted = NewPasids(q.request.client);
  const std::int64_t room = PasidsWithin(*width);
  if (q.occupancy.live_pasids + wanted <= room) return std::nullopt;
  return "PASIDs: " + std::to_string(q.occupancy.live_pasids) + " in use, " +
         std::to_string(wanted) + " wanted, " + std::to_string(room) +
         " within its width of " + std::to_string(*width) + " bits";
}

// Why a bind of the client's address space is known not to work.
Answer SvaTrouble(const Question& q) {
  const auto* sva = q.device.GetAs<std::string>(attr::kSva);
  if (sva != nullptr && *sva == "no") {
    std::string text = "cannot share the client's address space (sva: no)";
    const auto* reasons =
        q.device.GetAs<std::vector<std::string>>(attr::kSvaReasons);
    if (reasons != nullptr && !reasons->empty()) {
      text.append(": ").append(reasons->front());
    }
    return text;
  }
  if (!q.sva_refusal) return std::nullopt;
  const Answer refused = q.sva_refusal(q.device.vertex());
  if (!refused) return std::nullopt;
  return "refused to share the client's address space: " + *refused;
}

Answer Sva(const Question& q) {
  if (q.stage.sva != SvaNeed::kRequired) return std::nullopt;
  return SvaTrouble(q);
}

// VFIO hands out whole IOMMU groups. Probes say it with `instances` too; a
// machine that somebody described may not.
Answer PartOfGroup(const Question& q) {
  if (const auto* leader = q.device.GetAs<std::string>("vfio_leader")) {
    return "whoever has " + *leader + " of its IOMMU group has it too";
  }
  const auto* viable = q.device.GetAs<bool>("vfio_viable");
  if (viable == nullptr || *viable) return std::nullopt;
  const AttributeValue* members = q.device.Get("vfio_blocked_by");
  return "the kernel holds members of its IOMMU group" +
         (members == nullptr ? "" : ": " + ToText(*members));
}

Answer Grant(const Question& q) {
  if (q.stage.grant == GrantNeed::kPath && !HasPath(q.device)) {
    return "has no path at which it could be handed out";
  }
  if (q.stage.grant == GrantNeed::kNone) {
    if (!IsVfio(q.device)) return std::nullopt;
    return "is bound to who is granted it, so it is not reserved without";
  }
  Answer refusal = PartOfGroup(q);
  if (!refusal) refusal = q.refusal(q.device.vertex());
  if (!refusal) return std::nullopt;
  return "cannot be handed out: " + *refusal;
}

Answer Quarantine(const Question& q) {
  const bool held =
      UseOf(q.occupancy, q.device.vertex().key).quarantined > 0 ||
      UseOf(q.occupancy, q.topology.vertex(q.device.owner()).key).quarantined >
          0;
  if (!held) return std::nullopt;
  return "released and not yet free again";
}

Answer Quota(const Question& q) {
  for (const QuotaRoom& room : q.quotas) {
    if (auto text = WhyNoRoom(room, q.request, q.stage, q.device)) return text;
  }
  return std::nullopt;
}

struct Check {
  RejectionReason reason;
  Answer (*ask)(const Question&);
};

// In the order of the enum: the first that answers is the reason.
constexpr std::array<Check, 13> kChecks{{
    {RejectionReason::kFunction, Function},
    {RejectionReason::kPolicy, Policy},
    {RejectionReason::kTaint, Taint},
    {RejectionReason::kSelector, Selectors},
    {RejectionReason::kHealth, Health},
    {RejectionReason::kSharing, SharingClass},
    {RejectionReason::kCapacity, Capacity},
    {RejectionReason::kMemory, Memory},
    {RejectionReason::kPasid, Pasid},
    {RejectionReason::kSva, Sva},
    {RejectionReason::kGrant, Grant},
    {RejectionReason::kQuarantine, Quarantine},
    {RejectionReason::kQuota, Quota},
}};

std::optional<Rejection> Examine(const Question& question) {
  const graph::VertexId device = question.device.vertex().id;
  for (const Check& check : kChecks) {
    Answer text = check.ask(question);
    if (!text) continue;
    // What the caller may not even see must not show up with any other reason.
    if (check.reason == RejectionReason::kFunction) {
      if (Answer hidden = PolicyVerdict(question, {})) {
        return Rejection{device, RejectionReason::kPolicy, *std::move(hidden)};
      }
    }
    return Rejection{device, check.reason, *std::move(text)};
  }
  return std::nullopt;
}

// Whether two stages ask the same of a device, so that one answer does for
// both.
bool AskTheSame(const Stage& a, const Stage& b) {
  return a.function == b.function && a.select.empty() && b.select.empty() &&
         a.sva == b.sva && a.sharing == b.sharing && a.grant == b.grant &&
         a.memory == b.memory;
}

}  // namespace

std::string_view Name(RejectionReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

CandidateSet FindCandidates(const Request& request,
                            const graph::Topology& topology,
                            const Occupancy& occupancy,
                            const policy::Policy& policy,
                            const policy::Subject& subject,
                            const GrantRefusal& refusal,
                            const SvaRefusal& sva_refusal,
                            const DeviceTaint& taint, const Known& known) {
  std::optional<MarkedDevices> own;
  if (known.devices == nullptr) own.emplace(topology, policy);
  const MarkedDevices& marked = own ? *own : *known.devices;
  const std::vector<DeviceView>& devices = marked.devices();
  const policy::SubjectMarks asker = policy.Mark(subject);
  const Doors doors(topology);
  CandidateSet candidates;
  if (known.quotas != nullptr) {
    candidates.quotas = FindRooms(*known.quotas, policy, marked);
  }
  candidates.hidden = Hidden(marked, topology, policy, asker);
  for (const Stage& stage : request.stages) {
    const auto same = std::find_if(
        request.stages.begin(), request.stages.end(),
        [&](const Stage& other) { return AskTheSame(stage, other); });
    const auto index = static_cast<std::size_t>(same - request.stages.begin());
    if (index < candidates.stages.size()) {
      StageCandidates copy = candidates.stages[index];
      candidates.stages.push_back(std::move(copy));
      continue;
    }
    StageCandidates& found = candidates.stages.emplace_back();
    const StageView asked(request, stage);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const DeviceView& device = devices[i];
      const Question question{request,     stage,
                              device,      topology,
                              occupancy,   policy,
                              asker,       marked.marks(i),
                              asked,       refusal,
                              sva_refusal, taint,
                              doors,       candidates.quotas};
      if (auto rejection = Examine(question)) {
        // Groups and selectors may tell of hardware that it shares with them.
        if (candidates.hidden.IsNamedIn(rejection->text)) {
          rejection->text = "shares hardware with what you may not see";
        }
        found.rejections.push_back(*std::move(rejection));
        continue;
      }
      found.devices.push_back(device.vertex().id);
      if (stage.sva == SvaNeed::kPreferred && SvaTrouble(question)) {
        found.avoided.push_back(device.vertex().id);
      }
      if (IsTainted(question)) found.tainted.push_back(device.vertex().id);
    }
  }
  return candidates;
}

}  // namespace acceld::placement
