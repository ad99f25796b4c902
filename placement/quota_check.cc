#include "placement/quota_check.h"

#include <optional>
#include <string>
#include <utility>

#include "placement/device_capacity.h"
#include "placement/device_view.h"

namespace acceld::placement {
namespace {

std::string ToText(std::int64_t count) { return std::to_string(count); }
std::string ToText(Bytes bytes) { return ToString(bytes); }

// What is refused: only what takes more of a bound that it goes beyond.
template <typename Amount>
Status Within(const policy::AppliedQuota& quota, const char* what,
              const std::optional<Amount>& bound, Amount before, Amount after) {
  if (!bound || after <= *bound || after <= before) return {};
  std::string text = "quota '" + NameOf(quota) + "': " + what;
  if (!quota.of_class.empty()) {
    text.append(" of class ").append(quota.of_class);
  }
  text.append(": ").append(ToText(before)).append(" held, ");
  text.append(ToText(after - before)).append(" more asked for, ");
  text.append(ToText(*bound)).append(" allowed; ");
  if (after - before > *bound) {
    text.append("no request may have so much");
  } else {
    text.append(ToText(after - *bound)).append(" would have to be given back");
  }
  return Fail(ErrorCode::kQuotaExceeded, std::move(text));
}

std::int64_t CountOf(const QuotaHeld& held) {
  return static_cast<std::int64_t>(held.devices.size());
}

}  // namespace

QuotaHeld HeldWith(const QuotaUse& use, const policy::Policy& policy,
                   const Request& request, const graph::Topology& topology,
                   const Placement& placement) {
  QuotaHeld held = use.held;
  bool counts = false;
  bool uses_pasid = false;
  for (const StageAssignment& one : placement.stages) {
    const DeviceView device(topology, one.device);
    if (!policy.Counts(use.quota, policy.Mark(device))) continue;
    const Stage& stage = request.stages[one.stage];
    counts = true;
    held.devices.insert(device.vertex().key);
    ++held.instances;
    if (stage.memory) held.memory = held.memory + *stage.memory;
    uses_pasid = uses_pasid || UsesPasid(device, stage.sva);
  }
  if (!counts) return held;
  held.buffers = held.buffers + BuffersOf(request);
  if (uses_pasid) held.pasids += NewPasids(request.client);
  // The lease itself is charged to quotas of all devices already.
  if (!use.quota.of_class.empty()) ++held.leases;
  return held;
}

Status CheckQuota(const policy::AppliedQuota& quota, const QuotaHeld& before,
                  const QuotaHeld& after) {
  const policy::QuotaBounds& bounds = *quota.bounds;
  ACCELD_TRY_VOID(
      Within(quota, "leases", bounds.leases, before.leases, after.leases));
  ACCELD_TRY_VOID(Within(quota, "different devices", bounds.devices,
                         CountOf(before), CountOf(after)));
  ACCELD_TRY_VOID(Within(quota, "instances", bounds.instances, before.instances,
                         after.instances));
  ACCELD_TRY_VOID(
      Within(quota, "PASIDs", bounds.pasids, before.pasids, after.pasids));
  ACCELD_TRY_VOID(Within(quota, "device memory", bounds.memory, before.memory,
                         after.memory));
  return Within(quota, "buffers", bounds.buffers, before.buffers,
                after.buffers);
}

Status CheckQuotas(const std::vector<QuotaUse>& quotas,
                   const policy::Policy& policy, const Request& request,
                   const graph::Topology& topology,
                   const Placement& placement) {
  for (const QuotaUse& use : quotas) {
    ACCELD_TRY_VOID(
        CheckQuota(use.quota, use.held,
                   HeldWith(use, policy, request, topology, placement)));
  }
  return {};
}

}  // namespace acceld::placement
