#include "client/policy/report_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "base/utf8.h"
#include "client/policy/timeline.h"
#include "client/topo/table.h"

namespace acceld::policy_tool {
namespace {

std::string Fixed(double value, int digits) {
  std::array<char, 64> text{};
  (void)std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string SharesText(const char* what, const std::vector<Share>& shares,
                       const topo::Look& look) {
  topo::Table table(
      {what, "REQUESTS", "ACCEPTED", "OF ITS REQUESTS", "OF ITS DEVICE TIME"});
  for (const Share& share : shares) {
    if (share.requests == 0) continue;
    table.AddRow(
        {Printable(share.name), std::to_string(share.requests),
         std::to_string(share.accepted),
         Percent(static_cast<double>(share.accepted) /
                 static_cast<double>(share.requests)),
         share.asked == 0 ? "" : Percent(share.granted / share.asked)});
  }
  return "\n" + table.ToText(look);
}

std::string SetsText(const Report& report, const topo::Look& look) {
  if (report.accelerators == 0) {
    return "\nNo accelerator offers " + Printable(report.watched) + ".\n";
  }
  topo::Table table({"FREE FOR " + Printable(report.watched), "THAT MANY",
                     "THAT MANY TOGETHER", "TOGETHER WHERE THAT MANY"});
  for (const WholeSets& set : report.sets) {
    table.AddRow({std::to_string(set.size), Percent(set.enough),
                  Percent(set.whole),
                  set.enough == 0 ? "" : Percent(set.whole / set.enough)});
  }
  return "\n" + table.ToText(look) + "Of " +
         std::to_string(report.accelerators) + ", " +
         Fixed(report.mean_free, 2) +
         " were free on average. Shares are of the time; together: below one "
         "switch or\nhost bridge, at one NUMA node or package, or on one "
         "fabric.\n";
}

// Eight heights of a bar.
std::string Bars(const std::vector<double>& values, double most, bool unicode) {
  static constexpr std::array<std::string_view, 9> kBlocks{
      " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::string_view kPlain = " .:-=+*#@";
  std::string line;
  for (const double value : values) {
    const double scaled = most > 0 ? value / most * 8 + 0.5 : 0;
    const auto height = static_cast<std::size_t>(std::clamp(scaled, 0.0, 8.0));
    if (unicode) {
      line += kBlocks[height];
    } else {
      line += kPlain[height];
    }
  }
  return line;
}

}  // namespace

std::string Percent(double share) { return Fixed(share * 100, 1) + " %"; }

std::string ReportText(const Report& report, const topo::Look& look) {
  std::string text =
      std::to_string(report.accepted) + " of " +
      std::to_string(report.requests) + " requests accepted (" +
      Percent(static_cast<double>(report.accepted) /
              static_cast<double>(std::max<std::int64_t>(report.requests, 1))) +
      ") in " + Fixed(static_cast<double>(report.end.value()) / 3.6e12, 2) +
      " hours; fairness (Jain) " + Fixed(report.fairness, 3) + "\n";
  if (!report.refusals.empty()) {
    topo::Table table({"REFUSED FOR", "REQUESTS"});
    for (const auto& [reason, count] : report.refusals) {
      table.AddRow({reason, std::to_string(count)});
    }
    text += "\n" + table.ToText(look);
  }
  text += SharesText("USER", report.users, look);
  text += SharesText("PIPELINE", report.pipelines, look);
  text += SetsText(report, look);
  const auto microseconds = [](Nanoseconds time) {
    return Fixed(static_cast<double>(time.value()) / 1e3, 0) + " us";
  };
  text += "\nTime to decide here: median " +
          microseconds(report.solver_median) + ", 99 % within " +
          microseconds(report.solver_p99) + ", at most " +
          microseconds(report.solver_most) + "\n";
  return text;
}

std::string ChartText(const Workload& workload, const History& history,
                      const topo::Look& look) {
  constexpr std::size_t kLabel = 16;
  const std::size_t room =
      look.width > 0 ? static_cast<std::size_t>(look.width) : 80;
  const std::size_t steps = room > kLabel + 20 ? room - kLabel : 20;
  const Timeline line = MakeTimeline(workload, history, steps);
  std::vector<double> refused(steps);
  for (const auto& [reason, counts] : line.refused) {
    for (std::size_t i = 0; i < steps; ++i) refused[i] += counts[i];
  }
  const double most_refused = *std::max_element(refused.begin(), refused.end());
  const auto all = static_cast<double>(history.accelerators);
  const auto row = [&](std::string label, const std::vector<double>& values,
                       double most) {
    label.resize(kLabel, ' ');
    return label + Bars(values, most, look.unicode) + "\n";
  };
  return "\n" + row("free", line.free, all) +
         row("largest whole", line.largest_whole, all) +
         row("refused", refused, most_refused);
}

}  // namespace acceld::policy_tool
