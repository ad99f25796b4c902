#include "client/policy/report.h"

#include <algorithm>
#include <cstddef>

namespace acceld::policy_tool {
namespace {

double Seconds(Nanoseconds time) {
  return static_cast<double>(time.value()) / 1e9;
}

void Count(const Arrival& arrival, const Decision& decision, Share& share) {
  const double time =
      Seconds(arrival.hold) * static_cast<double>(decision.replicas);
  ++share.requests;
  share.asked += time;
  if (!decision.accepted) return;
  ++share.accepted;
  share.granted += time;
}

double JainsIndex(const std::vector<Share>& users) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const Share& user : users) {
    if (user.asked == 0) continue;
    const double share = user.granted / user.asked;
    sum += share;
    squares += share * share;
    ++count;
  }
  return squares == 0 ? 1 : sum * sum / (count * squares);
}

void MeasureTime(const History& history, Report& report) {
  for (const std::int64_t size : history.sizes) {
    report.sets.push_back({size, 0, 0});
  }
  const double all = std::max(Seconds(history.end), 1e-9);
  for (std::size_t i = 0; i < history.samples.size(); ++i) {
    const Sample& sample = history.samples[i];
    const Nanoseconds next = i + 1 < history.samples.size()
                                 ? history.samples[i + 1].at
                                 : history.end;
    const double part = Seconds(next - sample.at) / all;
    report.mean_free += part * static_cast<double>(sample.free);
    for (WholeSets& set : report.sets) {
      if (sample.free >= set.size) set.enough += part;
      if (sample.largest_whole >= set.size) set.whole += part;
    }
  }
}

void MeasureSolver(const History& history, Report& report) {
  std::vector<Nanoseconds> times;
  for (const Decision& one : history.decisions) times.push_back(one.solver);
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  report.solver_median = times[times.size() / 2];
  report.solver_p99 = times[times.size() * 99 / 100];
  report.solver_most = times.back();
}

Document ToDocument(const std::vector<Share>& shares) {
  Document::Array list;
  for (const Share& share : shares) {
    list.push_back(Document::Object{{"name", share.name},
                                    {"requests", share.requests},
                                    {"accepted", share.accepted},
                                    {"asked_seconds", share.asked},
                                    {"granted_seconds", share.granted}});
  }
  return list;
}

Document DecisionsOf(const Workload& workload, const History& history) {
  Document::Array list;
  for (std::size_t i = 0; i < history.decisions.size(); ++i) {
    const Arrival& arrival = workload.arrivals[i];
    const Decision& decision = history.decisions[i];
    Document::Object entry{
        {"at_ns", arrival.at.value()},
        {"user", workload.users[arrival.user].name},
        {"pipeline", workload.pipelines[arrival.pipeline].name},
        {"accepted", decision.accepted}};
    if (decision.accepted) {
      Document::Array devices;
      for (const auto& [stage, device] : decision.devices) {
        devices.push_back(
            Document::Object{{"stage", stage}, {"device", device}});
      }
      entry.emplace_back("devices", std::move(devices));
    } else {
      entry.emplace_back("reason", decision.reason);
      entry.emplace_back("text", decision.text);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

Report MakeReport(const Workload& workload, const History& history) {
  Report report;
  for (const WorkloadUser& user : workload.users) {
    report.users.emplace_back().name = user.name;
  }
  for (const WorkloadPipeline& pipeline : workload.pipelines) {
    report.pipelines.emplace_back().name = pipeline.name;
  }
  for (std::size_t i = 0; i < history.decisions.size(); ++i) {
    const Arrival& arrival = workload.arrivals[i];
    const Decision& decision = history.decisions[i];
    ++report.requests;
    if (decision.accepted) ++report.accepted;
    if (!decision.accepted) ++report.refusals[decision.reason];
    Count(arrival, decision, report.users[arrival.user]);
    Count(arrival, decision, report.pipelines[arrival.pipeline]);
  }
  report.fairness = JainsIndex(report.users);
  report.watched = workload.watch;
  report.accelerators = history.accelerators;
  report.end = history.end;
  MeasureTime(history, report);
  MeasureSolver(history, report);
  return report;
}

Document ToDocument(const Report& report, const Workload& workload,
                    const History& history, bool decisions) {
  Document::Object refusals;
  for (const auto& [reason, count] : report.refusals) {
    refusals.emplace_back(reason, count);
  }
  Document::Array sets;
  for (const WholeSets& set : report.sets) {
    sets.push_back(Document::Object{{"size", set.size},
                                    {"enough_free", set.enough},
                                    {"whole_free", set.whole}});
  }
  Document document =
      Document::Object{{"requests", report.requests},
                       {"accepted", report.accepted},
                       {"refusals", std::move(refusals)},
                       {"users", ToDocument(report.users)},
                       {"pipelines", ToDocument(report.pipelines)},
                       {"fairness", report.fairness},
                       {"function", report.watched},
                       {"accelerators", report.accelerators},
                       {"mean_free", report.mean_free},
                       {"sets", std::move(sets)},
                       {"time_ns", report.end.value()},
                       {"solver_median_ns", report.solver_median.value()},
                       {"solver_p99_ns", report.solver_p99.value()},
                       {"solver_most_ns", report.solver_most.value()}};
  if (decisions) document.Set("decisions", DecisionsOf(workload, history));
  return document;
}

}  // namespace acceld::policy_tool
