#include "client/policy/simulation.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <variant>

#include "accounting/books.h"
#include "client/policy/attempt.h"
#include "client/policy/fragmentation.h"
#include "client/policy/scene.h"
#include "placement/device_view.h"
#include "placement/occupancy.h"
#include "placement/placement.h"
#include "placement/request.h"

namespace acceld::policy_tool {
namespace {

struct Lease {
  std::size_t user = 0;
  placement::Occupancy::Charges taken;
  accounting::LeaseCharge lease_charge;
  accounting::LeaseCharge quota;
  std::int64_t watched = 0;  // opens of accelerators that are watched
  // How long each open's device rests once it is given back.
  std::vector<std::pair<std::string, Nanoseconds>> rests;
};

// Keeps everybody from a device.
placement::Occupancy::Charges BlockOf(const std::string& device) {
  placement::DeviceUse use;
  use.quarantined = 1;
  placement::Occupancy::Charges block;
  block.devices.push_back({device, use});
  return block;
}

class Run {
 public:
  Run(const Workload& workload, const Setting& setting, const Clock& clock)
      : workload_(workload),
        setting_(setting),
        clock_(clock),
        scene_(setting.topology, setting.policy, clock),
        fragmentation_(setting.topology, scene_.occupancy(), workload.watch),
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
  // What ends at some time: a lease, or the rest of a device.
  using Ending = std::variant<Lease, placement::Occupancy::Charges>;

  void EndUntil(Nanoseconds now) {
    while (!endings_.empty() && endings_.begin()->first <= now) {
      auto first = endings_.extract(endings_.begin());
      End(first.key(), first.mapped());
      Note(first.key());
    }
  }

  void End(Nanoseconds now, const Ending& ending) {
    placement::Occupancy& occupancy = scene_.occupancy();
    if (const auto* rest =
            std::get_if<placement::Occupancy::Charges>(&ending)) {
      occupancy.Remove(*rest);
      return;
    }
    const Lease& lease = std::get<Lease>(ending);
    held_[lease.user] -= lease.watched;
    occupancy.Remove(lease.taken);
    for (const auto& [device, time] : lease.rests) {
      placement::Occupancy::Charges block = BlockOf(device);
      occupancy.Add(block);
      endings_.emplace(now + time, std::move(block));
    }
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
    ACCELD_TRY(Attempt attempt, TryToPlace(*request, subject, scene_, clock_));
    decision.solver =
        Nanoseconds(std::chrono::nanoseconds(clock_.Now() - begin).count());
    if (auto* placed = std::get_if<Placed>(&attempt)) {
      decision.accepted = true;
      Grant(arrival, *request, std::move(*placed), decision);
    } else {
      auto& refused = std::get<Refused>(attempt);
      decision.reason = std::move(refused.reason);
      decision.text = std::move(refused.text);
    }
    return decision;
  }

  void Grant(const Arrival& arrival, const placement::Request& request,
             Placed placed, Decision& decision) {
    Lease lease;
    lease.user = arrival.user;
    lease.lease_charge = std::move(placed.lease_charge);
    lease.quota = std::move(placed.quota);
    lease.taken = std::move(placed.takes);
    for (const placement::StageAssignment& one :
         placed.solved.placement.stages) {
      const placement::DeviceView device(*setting_.topology, one.device);
      const std::string& key = device.vertex().key;
      decision.devices.emplace_back(request.stages[one.stage].name, key);
      lease.watched += static_cast<std::int64_t>(
          fragmentation_.WatchedOf(one.device).size());
      const Nanoseconds rest =
          setting_.policy->ReleaseOf(setting_.policy->Mark(device)).quarantine;
      if (rest > Nanoseconds()) lease.rests.emplace_back(key, rest);
    }
    scene_.occupancy().Add(lease.taken);
    held_[lease.user] += lease.watched;
    endings_.emplace(arrival.at + arrival.hold, std::move(lease));
  }

  void Note(Nanoseconds at) {
    const Fragmentation::Now now = fragmentation_.Look();
    history_.samples.push_back({at, now.free, now.largest_whole, held_});
    history_.end = std::max(history_.end, at);
  }

  const Workload& workload_;
  const Setting& setting_;
  const Clock& clock_;
  Scene scene_;
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
