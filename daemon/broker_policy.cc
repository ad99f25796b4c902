// Broker, fourth part: what is for administrators, or for whom polkit lets: the
// policy, others' leases, taints.
#include <utility>

#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/forbidden_lease.h"
#include "graph/offering.h"
#include "placement/device_view.h"
#include "placement/taints.h"

namespace acceld::daemon {
Status Broker::Require(const Asker& asker, Action action) const {
  if (asker.granted == action) return {};
  return RequireAdministrator(asker);
}

void Broker::ReloadPolicy(const Asker& asker, PolicyReload::Done done) {
  if (auto may = Require(asker, Action::kReload); !may) {
    if (done) done(Fail(std::move(may.error())));
    return;
  }
  Log(LogLevel::kInfo, "policy_reload", {{"uid", asker.subject.uid}});
  LoadPolicy(std::move(done));
}

void Broker::LoadPolicy(PolicyReload::Done done) {
  reload_.Start(std::move(done));
}

ReloadReport Broker::Adopt(std::shared_ptr<const policy::Policy> policy) {
  policy_ = std::move(policy);
  books_.SetPolicy(policy_);
  KeepStatistics();
  policy_state_ = {policy_state_.number + 1, parts_.clock.Now()};
  Log(LogLevel::kInfo, "policy_loaded",
      {{"origin", policy_->origin()}, {"number", policy_state_.number}});
  LogWarnings(*policy_);
  ReloadReport report{
      policy_, FindForbidden(*policy_, *topology(), books_, leases_.All())};
  for (ForbiddenLease& lease : report.forbidden) {
    lease.revoked = policy_->RevokesForbidden();
    Log(LogLevel::kWarning, "lease_forbidden",
        {{"lease", lease.lease},
         {"uid", lease.owner},
         {"device", lease.device},
         {"function", lease.function},
         {"rule", lease.rule},
         {"reason", lease.reason},
         {"revoked", lease.revoked}});
    if (!lease.revoked) continue;
    End(lease.lease, LeaseState::kRevoked, ReasonFor(lease), nullptr);
  }
  if (observer_ != nullptr) observer_->OnPolicyState(true);
  return report;
}

Result<std::vector<const Lease*>> Broker::AllLeases(const Asker& asker) {
  ACCELD_TRY_VOID(Require(asker, Action::kSeeAllLeases));
  const std::vector<Lease*> all = leases_.All();
  return std::vector<const Lease*>(all.begin(), all.end());
}

void Broker::Revoke(const Asker& asker, const LeaseId& id,
                    const std::string& reason, ReleaseDone done) {
  // Before it is looked for: who may not must not learn that it exists.
  if (auto may = Require(asker, Action::kRevoke); !may) {
    done(Fail(std::move(may.error())));
    return;
  }
  const Lease* lease = leases_.Find(id);
  if (lease == nullptr) {
    done(Fail(ErrorCode::kNotFound, "no such lease"));
    return;
  }
  Log(LogLevel::kInfo, "lease_revoked",
      {{"lease", id},
       {"owner", lease->owner},
       {"uid", asker.subject.uid},
       {"reason", reason}});
  const std::string told = "an administrator ended the lease";
  End(id, LeaseState::kRevoked, reason.empty() ? told : told + ": " + reason,
      std::move(done));
}

Status Broker::SetTaint(const Asker& asker, const std::string& device,
                        Taint taint) {
  ACCELD_TRY_VOID(Require(asker, Action::kTaint));
  const auto id = topology()->Find(device);
  if (!id || !graph::IsOffered(topology()->vertex(*id))) {
    return Fail(ErrorCode::kNotFound, "no device is called " + device);
  }
  taint.by = asker.subject.uid;
  taint.since = parts_.clock.Now();
  ACCELD_TRY_VOID(taints_.Set(device, taint));
  Log(LogLevel::kInfo, "taint_set",
      {{"device", device},
       {"effect", taint.refuses ? "refuse" : "avoid"},
       {"uid", taint.by},
       {"reason", taint.reason}});
  if (observer_ != nullptr) observer_->OnAvailability(device);
  return {};
}

Status Broker::RemoveTaint(const Asker& asker, const std::string& device) {
  ACCELD_TRY_VOID(Require(asker, Action::kTaint));
  // Also of a device that has left.
  ACCELD_TRY_VOID(taints_.Remove(device));
  Log(LogLevel::kInfo, "taint_removed",
      {{"device", device}, {"uid", asker.subject.uid}});
  if (observer_ != nullptr) observer_->OnAvailability(device);
  return {};
}

std::optional<policy::TaintVerdict> Broker::TaintOf(
    const Asker& asker, graph::VertexId device) const {
  const placement::DeviceView view(*topology(), device);
  return placement::HeaviestTaint(*policy_, policy_->Mark(asker.subject),
                                  policy_->Mark(view), *topology(), view,
                                  AskTaints(taints()));
}

}  // namespace acceld::daemon
