// A report as text for people: tables, and a small chart over time.
// Pure.
#pragma once

#include <string>

#include "client/policy/report.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"
#include "client/topo/look.h"

namespace acceld::policy_tool {

[[nodiscard]] std::string ReportText(const Report& report,
                                     const topo::Look& look);
// Lines of bars over time: accelerators free, the largest whole set, refusals.
[[nodiscard]] std::string ChartText(const Workload& workload,
                                    const History& history,
                                    const topo::Look& look);

// "87.3 %".
[[nodiscard]] std::string Percent(double share);

}  // namespace acceld::policy_tool
