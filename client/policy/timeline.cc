#include "client/policy/timeline.h"

#include <algorithm>

namespace acceld::policy_tool {
namespace {

double Real(Nanoseconds time) { return static_cast<double>(time.value()); }

// Adds `value`, which held from `from` to `to`, to the steps that these touch.
void Spread(double from, double to, double value, std::vector<double>& steps) {
  const auto last = static_cast<double>(steps.size());
  for (double begin = from; begin < std::min(to, last);) {
    const double step = std::min(
        static_cast<double>(static_cast<std::size_t>(begin)), last - 1);
    const double end = std::min(to, step + 1);
    steps[static_cast<std::size_t>(step)] += value * (end - begin);
    begin = end;
  }
}

}  // namespace

Timeline MakeTimeline(const Workload& workload, const History& history,
                      std::size_t steps) {
  const std::vector<double> zero(steps);
  Timeline line{zero, zero, {workload.users.size(), zero}, {}};
  const double scale =
      static_cast<double>(steps) / std::max(Real(history.end), 1.0);
  for (std::size_t i = 0; i < history.samples.size(); ++i) {
    const Sample& sample = history.samples[i];
    const double from = Real(sample.at) * scale;
    const double to = i + 1 < history.samples.size()
                          ? Real(history.samples[i + 1].at) * scale
                          : static_cast<double>(steps);
    Spread(from, to, static_cast<double>(sample.free), line.free);
    Spread(from, to, static_cast<double>(sample.largest_whole),
           line.largest_whole);
    for (std::size_t user = 0; user < sample.held.size(); ++user) {
      Spread(from, to, static_cast<double>(sample.held[user]), line.held[user]);
    }
  }
  for (std::size_t i = 0; i < history.decisions.size(); ++i) {
    if (history.decisions[i].accepted) continue;
    auto& row = line.refused.try_emplace(history.decisions[i].reason, zero)
                    .first->second;
    const auto step =
        static_cast<std::size_t>(Real(workload.arrivals[i].at) * scale);
    row[std::min(step, steps - 1)] += 1;
  }
  return line;
}

}  // namespace acceld::policy_tool
