// Broker, fourth part: what is for administrators, or for whom polkit lets: the
// policy, others' leases, taints.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "daemon/broker.h"
#include "graph/offering.h"
#include "placement/device_view.h"
#include "placement/stage_view.h"
#include "placement/taints.h"

namespace acceld::daemon {
namespace {

// The first device of the lease that the policy would not give, if any.
std::optional<ForbiddenLease> Forbids(const policy::Policy& policy,
                                      const graph::Topology& topology,
                                      const Lease& lease) {
  const policy::SubjectMarks subject = policy.Mark(lease.subject);
  for (std::size_t i = 0; i < lease.devices.size(); ++i) {
    const auto id = topology.Find(lease.devices[i]);
    if (!id) continue;  // it left: the lease ends for that
    const placement::Stage& stage = lease.request->stages[lease.stage_of[i]];
    const placement::StageView asked(*lease.request, stage);
    const policy::DeviceMarks device =
        policy.Mark(placement::DeviceView(topology, *id));
    const policy::Verdict verdict =
        policy.Decide(subject, device, {stage.function, &asked});
    if (verdict.allowed) continue;
    return ForbiddenLease{lease.id,
                          lease.owner,
                          lease.devices[i],
                          stage.function,
                          std::string(verdict.rule),
                          std::string(verdict.reason)};
  }
  return std::nullopt;
}

std::string ReasonFor(const ForbiddenLease& lease) {
  std::string reason =
      "a new policy does not allow " + lease.function + " on " + lease.device;
  if (!lease.reason.empty()) reason.append(": ").append(lease.reason);
  return reason;
}

}  // namespace

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
  accounts_.SetPolicy(policy_);
  policy_state_ = {policy_state_.number + 1, parts_.clock.Now()};
  Log(LogLevel::kInfo, "policy_loaded",
      {{"origin", policy_->origin()}, {"number", policy_state_.number}});
  LogWarnings(*policy_);
  ReloadReport report{policy_, FindForbidden()};
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

std::vector<ForbiddenLease> Broker::FindForbidden() {
  std::vector<ForbiddenLease> forbidden;
  for (const Lease* lease : leases_.All()) {
    if (auto one = Forbids(*policy_, *topology(), *lease)) {
      forbidden.push_back(*std::move(one));
    }
  }
  return forbidden;
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
  Log(LogLevel::kInfo, "taint_set",
      {{"device", device},
       {"effect", taint.refuses ? "refuse" : "avoid"},
       {"uid", taint.by},
       {"reason", taint.reason}});
  return taints_.Set(device, std::move(taint));
}

Status Broker::RemoveTaint(const Asker& asker, const std::string& device) {
  ACCELD_TRY_VOID(Require(asker, Action::kTaint));
  // Also of a device that has left.
  ACCELD_TRY_VOID(taints_.Remove(device));
  Log(LogLevel::kInfo, "taint_removed",
      {{"device", device}, {"uid", asker.subject.uid}});
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
