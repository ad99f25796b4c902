// Report: what a simulation comes to, in figures.
// Pure; values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/units.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {

// Requests of one user, or for one pipeline.
struct Share {
  std::string name;
  std::int64_t requests = 0;
  std::int64_t accepted = 0;
  double asked = 0;    // seconds that replicas were wanted, summed
  double granted = 0;  // of these, seconds of what was accepted
};

// Of sets of `size` accelerators, as shares of the whole time.
struct WholeSets {
  std::int64_t size = 0;
  double enough = 0;  // that many were free, wherever
  double whole = 0;   // a whole set of that many, or of more, was free
};

struct Report {
  std::int64_t requests = 0;
  std::int64_t accepted = 0;
  std::map<std::string, std::int64_t> refusals;  // by reason
  std::vector<Share> users;
  std::vector<Share> pipelines;
  double fairness = 1;  // Jain's index of granted/asked over the users
  std::string watched;  // function
  std::int64_t accelerators = 0;
  double mean_free = 0;  // accelerators, over time
  std::vector<WholeSets> sets;
  Nanoseconds end;
  Nanoseconds solver_median;
  Nanoseconds solver_p99;
  Nanoseconds solver_most;
};

// Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and
// Discrimination", DEC TR-301, 1984: (sum x)^2 / (n sum x^2), 1 where all
// shares are equal, 1/n where one user has everything.
[[nodiscard]] Report MakeReport(const Workload& workload,
                                const History& history);

// With what became of each request, where `decisions`.
[[nodiscard]] Document ToDocument(const Report& report,
                                  const Workload& workload,
                                  const History& history, bool decisions);

}  // namespace acceld::policy_tool
