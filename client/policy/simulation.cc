#include "client/policy/simulation.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "client/policy/accountant.h"
#include "client/policy/attempt.h"
#include "client/policy/fragmentation.h"
#include "placement/device_view.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"

namespace acceld::policy_tool {
namespace {

struct Lease {
  std::size_t user = 0;
  placement::Occupancy::Charges taken;
  Accountant::Charge charge;
  std::int64_t watched = 0;  // opens of accelerators that are watched
  Nanoseconds quarantine;    // longest of its devices
};

class Run {
 public:
  Run(const Workload& workload, const Setting& setting, const Clock& clock)
      : workload_(workload),
        setting_(setting),
        clock_(clock),
        accountant_(setting.policy, setting.topology),
        fragmentation_(setting.topology, occupancy_, workload.watch),
        held_(workload.users.size()) {
    for (const WorkloadPipeline& pipeline : workload.pipelines) {
      requests_.push_back(placement::ParseRequest(pipeline.document,
                                                  setting.policy->defaults()));
    }
    history_.accelerators = fragmentation_.total();
    history_.sizes = fragmentation_.sizes();
    Note(Nanoseconds());
  }

  Status Arrive(const Arrival& arrival) {
    EndUntil(arrival.at);
    ACCELD_TRY(Decision decision, Decide(arrival));
    history_.decisions.push_back(std::move(decision));
    Note(arrival.at);
    return {};
  }

  History Finish() {
    while (!endings_.empty()) EndUntil(endings_.begin()->first);
    return std::move(history_);
  }

 private:
  // What happens to a lease at some time: it ends, or it leaves quarantine.
  struct Ending {
    Lease lease;
    bool is_quarantined = false;
  };

  void EndUntil(Nanoseconds now) {
    while (!endings_.empty() && endings_.begin()->first <= now) {
      auto first = endings_.extract(endings_.begin());
      End(first.key(), std::move(first.mapped()));
      Note(first.key());
    }
  }

  void End(Nanoseconds now, Ending ending) {
    Lease& lease = ending.lease;
    if (!ending.is_quarantined) {
      accountant_.GiveBack(lease.charge);
      held_[lease.user] -= lease.watched;
      if (lease.quarantine > Nanoseconds()) {
        // What it held stays taken, and its devices serve nobody meanwhile.
        occupancy_.Remove(lease.taken);
        for (auto& device : lease.taken.devices) device.use.quarantined = 1;
        occupancy_.Add(lease.taken);
        const Nanoseconds until = now + lease.quarantine;
        endings_.emplace(until, Ending{std::move(lease), true});
        return;
      }
    }
    occupancy_.Remove(lease.taken);
  }

  Result<Decision> Decide(const Arrival& arrival) {
    Decision decision;
    const auto& request = requests_[arrival.pipeline];
    if (!request) {
      decision.reason = "invalid";
      decision.text = request.error().message;
      return decision;
    }
    for (const placement::Stage& one : request->stages) {
      decision.replicas += one.count;
    }
    const policy::Subject& subject = workload_.users[arrival.user].subject;
    const SteadyTime begin = clock_.Now();
    ACCELD_TRY(
        const Attempt attempt,
        TryToPlace(*request, subject,
                   {*setting_.topology, occupancy_, *setting_.policy}, clock_));
    decision.solver =
        Nanoseconds(std::chrono::nanoseconds(clock_.Now() - begin).count());
    std::optional<Refused> refused;
    if (const auto* placed = std::get_if<Placed>(&attempt)) {
      refused = Grant(arrival, *request, placed->solved.placement, decision);
    } else {
      refused = std::get<Refused>(attempt);
    }
    decision.accepted = !refused;
    if (refused) {
      decision.reason = std::move(refused->reason);
      decision.text = std::move(refused->text);
    }
    return decision;
  }

  std::optional<Refused> Grant(const Arrival& arrival,
                               const placement::Request& request,
                               const placement::Placement& placement,
                               Decision& decision) {
    const policy::Subject& subject = workload_.users[arrival.user].subject;
    Lease lease;
    lease.user = arrival.user;
    if (auto refused =
            accountant_.Take(request, subject, placement, lease.charge)) {
      return refused;
    }
    lease.taken = placement::ChargesOf(request, *setting_.topology, placement);
    for (const placement::StageAssignment& one : placement.stages) {
      decision.devices.emplace_back(request.stages[one.stage].name,
                                    setting_.topology->vertex(one.device).key);
      lease.watched += static_cast<std::int64_t>(
          fragmentation_.WatchedOf(one.device).size());
      const policy::ReleaseTerms terms =
          setting_.policy->ReleaseOf(setting_.policy->Mark(
              placement::DeviceView(*setting_.topology, one.device)));
      lease.quarantine = std::max(lease.quarantine, terms.quarantine);
    }
    occupancy_.Add(lease.taken);
    held_[lease.user] += lease.watched;
    endings_.emplace(arrival.at + arrival.hold,
                     Ending{std::move(lease), false});
    return std::nullopt;
  }

  void Note(Nanoseconds at) {
    const Fragmentation::Now now = fragmentation_.Look();
    history_.samples.push_back({at, now.free, now.largest_whole, held_});
    history_.end = std::max(history_.end, at);
  }

  const Workload& workload_;
  const Setting& setting_;
  const Clock& clock_;
  placement::Occupancy occupancy_;
  Accountant accountant_;
  Fragmentation fragmentation_;
  std::vector<Result<placement::Request>> requests_;
  std::vector<std::int64_t> held_;
  std::multimap<Nanoseconds, Ending> endings_;
  History history_;
};

}  // namespace

Result<History> Simulate(const Workload& workload, const Setting& setting,
                         const Clock& clock, const Progress& progress) {
  Run run(workload, setting, clock);
  for (std::size_t i = 0; i < workload.arrivals.size(); ++i) {
    ACCELD_TRY_VOID(run.Arrive(workload.arrivals[i]));
    if (progress) progress(i + 1, workload.arrivals.size());
  }
  return run.Finish();
}

}  // namespace acceld::policy_tool
