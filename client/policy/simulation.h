// Simulation: what becomes of a workload on a machine under a policy. Time is
// that of the workload; the solver runs as in acceld.
// Not thread-safe; one call works by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/units.h"
#include "client/policy/workload.h"
#include "graph/topology.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

// What became of one request.
struct Decision {
  bool accepted = false;
  std::string reason;  // of a refusal: Refused::reason
  std::string text;    // likewise, for people
  // Where it went: stages and the keys of their devices.
  std::vector<std::pair<std::string, std::string>> devices;
  std::int64_t replicas = 0;  // asked for
  Nanoseconds solver;         // of this machine's time
};

// The machine after something came or went.
struct Sample {
  Nanoseconds at;
  std::int64_t free = 0;           // accelerators for the watched function
  std::int64_t largest_whole = 0;  // the largest unit wholly free
  std::vector<std::int64_t> held;  // by user: opens of such accelerators
};

struct History {
  std::vector<Decision> decisions;  // as the workload's arrivals
  std::vector<Sample> samples;      // in the order of time
  Nanoseconds end;                  // of the last arrival or departure
  std::int64_t accelerators = 0;    // for the watched function
  std::vector<std::int64_t> sizes;  // of whole sets, ascending
};

struct Setting {
  std::shared_ptr<const graph::Topology> topology;
  std::shared_ptr<const policy::Policy> policy;
};

// Told after each request how many are done.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

// Errors: kInternal (the verifier refused an answer of the solver).
[[nodiscard]] Result<History> Simulate(const Workload& workload,
                                       const Setting& setting,
                                       const Clock& clock,
                                       const Progress& progress);

}  // namespace acceld::policy_tool
