#include "client/policy/accountant.h"

#include <algorithm>
#include <functional>

#include "base/units.h"
#include "placement/device_capacity.h"
#include "placement/device_view.h"

namespace acceld::policy_tool {
namespace {

void Add(Amounts& held, const Amounts& more, std::int64_t sign) {
  for (const auto& [device, opens] : more.opens) {
    const auto entry = held.opens.try_emplace(device, 0).first;
    entry->second += sign * opens;
    if (entry->second == 0) held.opens.erase(entry);
  }
  held.pasids += sign * more.pasids;
  held.memory += sign * more.memory;
  held.buffers += sign * more.buffers;
  held.leases += sign * more.leases;
}

std::int64_t Opens(const Amounts& amounts) {
  std::int64_t sum = 0;
  for (const auto& [device, opens] : amounts.opens) sum += opens;
  return sum;
}

std::int64_t BuffersOf(const placement::Request& request,
                       const placement::Placement& placement) {
  std::int64_t sum = 0;
  for (const placement::BufferAssignment& buffer : placement.buffers) {
    sum += request.links[buffer.link].buffer->size.value();
  }
  return sum;
}

// Which devices count.
using Counts = std::function<bool(const placement::DeviceView&)>;

// What of a placement counts; nothing where none of its devices does.
Amounts AmountsOf(const placement::Request& request,
                  const graph::Topology& topology,
                  const placement::Placement& placement, const Counts& counts) {
  Amounts amounts;
  for (const placement::StageAssignment& one : placement.stages) {
    const placement::Stage& stage = request.stages[one.stage];
    const placement::DeviceView device(topology, one.device);
    if (!counts(device)) continue;
    ++amounts.opens[device.vertex().key];
    if (stage.memory) amounts.memory += stage.memory->value();
    // One for each address space, however many devices it uses.
    if (placement::UsesPasid(device, stage.sva)) {
      amounts.pasids = request.client.processes;
    }
  }
  if (amounts.opens.empty()) return amounts;
  amounts.leases = 1;
  amounts.buffers = BuffersOf(request, placement);
  return amounts;
}

// The first bound that does not hold: "devices: 2 held, 1 more wanted, 2
// allowed".
std::optional<std::string> FindExceeded(const policy::QuotaBounds& bounds,
                                        const Amounts& held,
                                        const Amounts& more) {
  Amounts sum = held;
  Add(sum, more, 1);
  const auto devices = [](const Amounts& amounts) {
    return static_cast<std::int64_t>(amounts.opens.size());
  };
  struct Row {
    const char* what;
    std::optional<std::int64_t> bound;
    std::int64_t before;
    std::int64_t after;
  };
  const auto bytes = [](const std::optional<Bytes>& bound) {
    return bound ? std::optional(bound->value()) : std::nullopt;
  };
  const Row rows[] = {
      {"devices", bounds.devices, devices(held), devices(sum)},
      {"instances", bounds.instances, Opens(held), Opens(sum)},
      {"pasids", bounds.pasids, held.pasids, sum.pasids},
      {"memory", bytes(bounds.memory), held.memory, sum.memory},
      {"buffers", bytes(bounds.buffers), held.buffers, sum.buffers},
      {"leases", bounds.leases, held.leases, sum.leases},
  };
  for (const Row& row : rows) {
    // What takes nothing of it is not refused for it.
    if (!row.bound || row.after <= *row.bound || row.after == row.before) {
      continue;
    }
    return std::string(row.what) + ": " + std::to_string(row.before) +
           " held, " + std::to_string(row.after - row.before) +
           " more wanted, " + std::to_string(*row.bound) + " allowed";
  }
  return std::nullopt;
}

std::string AccountOf(const policy::Subject& subject) {
  return "limits/" + std::to_string(subject.uid);
}

}  // namespace

std::optional<Refused> Accountant::CheckLimits(const policy::Subject& subject,
                                               const Amounts& lease) const {
  const policy::Limits& limits = policy_->limits();
  policy::QuotaBounds bounds;
  bounds.leases = limits.max_leases_per_user;
  bounds.instances = limits.max_instances_per_user;
  bounds.buffers = limits.max_buffer_bytes_per_user;
  const auto held = held_.find(AccountOf(subject));
  const auto why = FindExceeded(
      bounds, held == held_.end() ? Amounts{} : held->second, lease);
  if (!why) return std::nullopt;
  return Refused{"limit", "limits of each user: " + *why};
}

std::optional<Refused> Accountant::Take(const placement::Request& request,
                                        const policy::Subject& subject,
                                        const placement::Placement& placement,
                                        Charge& charge) {
  Amounts lease = AmountsOf(request, *topology_, placement,
                            [](const placement::DeviceView&) { return true; });
  if (auto refused = CheckLimits(subject, lease)) return refused;
  charge.clear();
  charge.emplace_back(AccountOf(subject), std::move(lease));
  for (const policy::AppliedQuota& quota : policy_->QuotasOf(subject)) {
    Amounts more =
        AmountsOf(request, *topology_, placement,
                  [&](const placement::DeviceView& device) {
                    return policy_->Counts(quota, policy_->Mark(device));
                  });
    const auto held = held_.find(quota.account);
    const auto why = FindExceeded(
        *quota.bounds, held == held_.end() ? Amounts{} : held->second, more);
    if (why) {
      const std::string name(quota.name.empty() ? quota.id : quota.name);
      return Refused{"quota", name + ": " + *why};
    }
    charge.emplace_back(quota.account, std::move(more));
  }
  for (const auto& [account, amounts] : charge) Add(held_[account], amounts, 1);
  return std::nullopt;
}

void Accountant::GiveBack(const Charge& charge) {
  for (const auto& [account, amounts] : charge) {
    Add(held_[account], amounts, -1);
  }
}

}  // namespace acceld::policy_tool
