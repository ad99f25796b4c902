#include "placement/quota_check.h"

#include <optional>
#include <string>
#include <utility>

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

}  // namespace acceld::placement
