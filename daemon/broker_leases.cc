// Broker, second part: what happens to a lease after it was granted.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/device_identity.h"
#include "placement/device_view.h"

namespace acceld::daemon {
namespace {

Error NoSuchLease() { return Error{ErrorCode::kNotFound, "no such lease", 0}; }

bool Wanted(const api::Grant& grant, const std::vector<std::string>& stages) {
  return stages.empty() ||
         std::find(stages.begin(), stages.end(), grant.stage) != stages.end();
}

}  // namespace

Lease* Broker::Find(const Asker& asker, const LeaseId& id) {
  Lease* lease = leases_.Find(id);
  if (lease == nullptr || !MayKnowLeaseOf(asker, lease->subject)) {
    return nullptr;
  }
  return lease;
}

bool Broker::MayKnowLeaseOf(const Asker& asker,
                            const policy::Subject& owner) const {
  if (policy_->IsAdministrator(asker.subject)) return true;
  // One user may be in two namespaces, by its slices.
  return owner.uid == asker.subject.uid &&
         policy_->Sees(policy_->Mark(asker.subject), policy_->Mark(owner));
}

std::vector<const Lease*> Broker::LeasesOf(const Asker& asker) {
  std::vector<const Lease*> visible;
  for (const Lease* lease : leases_.All()) {
    if (Find(asker, lease->id) != nullptr) visible.push_back(lease);
  }
  return visible;
}

Result<Broker::Taken> Broker::Take(const Asker& asker, const LeaseId& id,
                                   const std::vector<std::string>& stages) {
  Lease* lease = Find(asker, id);
  // Grants are the owner's alone: an administrator sees, but does not take.
  if (lease == nullptr || lease->owner != asker.subject.uid) {
    return Fail(NoSuchLease());
  }
  const auto wanted = std::stable_partition(
      lease->untaken.begin(), lease->untaken.end(),
      [&](const api::Grant& grant) { return !Wanted(grant, stages); });
  const auto count =
      std::min(static_cast<std::size_t>(lease->untaken.end() - wanted),
               api::kMaxFdsPerMessage);
  if (count == 0) {
    return Fail(ErrorCode::kNotFound, "nothing left to take of this lease");
  }
  Taken taken;
  ACCELD_TRY(taken.receipt,
             deliveries_.Begin(asker.subject.uid, asker.sender, count));
  const auto end = wanted + static_cast<std::ptrdiff_t>(count);
  std::move(wanted, end, std::back_inserter(taken.grants));
  lease->untaken.erase(wanted, end);
  lease->sender = asker.sender;
  lease->state = LeaseState::kActive;
  return taken;
}

Status Broker::Acknowledge(const Asker& asker, const std::string& receipt) {
  return deliveries_.Acknowledge(asker.subject.uid, receipt);
}

void Broker::ForgetDeliveries(const std::string& sender) {
  deliveries_.Forget(sender);
}

bool Broker::IsDeliveringTo(const std::string& sender) const {
  return deliveries_.IsWaitingFor(sender);
}

Status Broker::ReportBound(const Asker& asker, const LeaseId& id,
                           const std::string& stage,
                           const BoundReport& report) {
  const Lease* lease = Find(asker, id);
  if (lease == nullptr || lease->owner != asker.subject.uid) {
    return Fail(NoSuchLease());
  }
  if (lease->state != LeaseState::kActive) {
    return Fail(ErrorCode::kInvalidArgument, "nothing was taken of the lease");
  }
  bool has_stage = false;
  bool is_recorded = false;
  std::int64_t replica = -1;  // a stage's devices are in their order
  for (std::size_t i = 0; i < lease->stages.size(); ++i) {
    if (lease->stages[i] != stage) continue;
    ++replica;
    if (report.replica && *report.replica != replica) continue;
    has_stage = true;
    const auto marks = SvaMarksOf(lease->devices[i]);
    if (!lease->binds_opener[i] || !marks) continue;
    is_recorded = true;
    sva_.Record(lease->devices[i], *marks,
                {asker.subject.uid, report.sys_errno, parts_.clock.Now()});
    Log(LogLevel::kInfo, "bind_reported",
        {{"device", lease->devices[i]},
         {"lease", id},
         {"uid", asker.subject.uid},
         {"errno", report.sys_errno}});
  }
  if (is_recorded) return {};
  if (has_stage) {
    return Fail(ErrorCode::kUnsupported,
                "opening this device binds no address space");
  }
  return Fail(ErrorCode::kNotFound, "the lease has no such stage or replica");
}

void Broker::Release(const Asker& asker, const LeaseId& id, ReleaseDone done) {
  const Lease* lease = Find(asker, id);
  if (lease == nullptr) {
    done(Fail(NoSuchLease()));
    return;
  }
  if (lease->owner == asker.subject.uid) {
    End(id, LeaseState::kReleased, "", std::move(done));
  } else {
    End(id, LeaseState::kRevoked, "an administrator ended the lease",
        std::move(done));
  }
}

void Broker::OnNewSnapshot(const probes::Changes& changes) {
  const auto is_gone = [&](const DeviceIdentity& device) {
    return IsAmong(device, changes.removed) ||
           IdentityOf(*topology(), device.key) != device;
  };
  std::vector<std::pair<LeaseId, std::string>> gone;  // and the device
  for (const Lease* lease : leases_.All()) {
    const auto device = std::find_if(lease->identities.begin(),
                                     lease->identities.end(), is_gone);
    if (device != lease->identities.end()) {
      gone.emplace_back(lease->id, device->key);
    }
  }
  // What was said of a device that left, or that is driven in another way now,
  // is not said of its successor.
  sva_.Keep([&](const std::string& device) -> std::optional<std::string> {
    if (IsAmong(IdentityOf(*topology(), device), changes.removed)) return {};
    return SvaMarksOf(device);
  });
  for (const auto& [id, device] : gone) {
    End(id, LeaseState::kRevoked, device + " is gone", nullptr);
  }
  if (observer_ != nullptr) observer_->OnNewTopology();
}

void Broker::Update(const probes::Changes& changes) {
  const probes::Changes known = parts_.machine.WithReturned(changes);
  if (parts_.machine.Update(known)) OnNewSnapshot(known);
}

Status Broker::RequireAdministrator(const Asker& asker) const {
  if (policy_->IsAdministrator(asker.subject)) return {};
  return Fail(ErrorCode::kPermissionDenied,
              "only root and the policy's administrators may do this");
}

Result<std::uint64_t> Broker::Rescan(const Asker& asker) {
  ACCELD_TRY_VOID(RequireAdministrator(asker));
  const probes::Changes known =
      parts_.machine.WithReturned(probes::Changes::Everything());
  ACCELD_TRY_VOID(parts_.machine.Rescan());
  OnNewSnapshot(known);
  return topology()->generation();
}

std::string Broker::mode() const {
  if (parts_.granter.mode() == GrantMode::kStandIn) return "stand-in";
  return std::string(Name(parts_.machine.mode()));
}

Nanoseconds Broker::Since(SteadyTime time) const {
  const auto age = parts_.clock.Now() - time;
  return Nanoseconds(
      std::chrono::duration_cast<std::chrono::nanoseconds>(age).count());
}

std::int64_t Broker::InUse(const std::string& device) const {
  const auto& devices = leases_.occupancy()->devices;
  const auto found = devices.find(device);
  return found == devices.end() ? 0 : found->second.instances;
}

std::optional<std::string> Broker::SvaMarksOf(const std::string& device) const {
  constexpr std::array kMarks = {attr::kDriver,       attr::kDriverVersion,
                                 attr::kSva,          attr::kPasidWidth,
                                 attr::kPasidEnabled, attr::kAtsEnabled,
                                 attr::kPriEnabled};
  const auto id = topology()->Find(device);
  if (!id) return std::nullopt;
  std::string marks;
  for (const std::string& mark : IdentityOf(*topology(), device).marks) {
    marks.append(mark).append("\n");
  }
  const placement::DeviceView view(*topology(), *id);
  for (const std::string_view name : kMarks) {
    const AttributeValue* value = view.Get(name);
    marks.append(value == nullptr ? "" : ToText(*value)).append("\n");
  }
  return marks;
}

}  // namespace acceld::daemon
