// Problem: a request on a machine as a model of integers. Variables (stage
// replicas, buffers, the host) take values (devices, memory targets, NUMA
// nodes); values cost, pairs of values cost or are excluded, and resources are
// limited. What the search works on; it knows no request and no topology.
// Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/cost.h"
#include "placement/link_loads.h"
#include "placement/occupancy.h"
#include "placement/pair_costs.h"
#include "placement/pair_table.h"
#include "placement/paths.h"
#include "placement/request.h"
#include "policy/settings.h"

namespace acceld::placement {

// The latency of a path through a buffer: the only rule about three variables.
struct PathLimit {
  std::size_t from = 0;    // class
  std::size_t buffer = 0;  // class
  std::size_t to = 0;      // class
  Nanoseconds limit;
};

// Pair tables by classes, in either order.
class PairTables {
 public:
  explicit PairTables(std::size_t classes)
      : classes_(classes), tables_(classes * classes) {}
  // Requires: first <= second.
  void Set(std::size_t first, std::size_t second,
           std::unique_ptr<PairCosts> table) {
    tables_[first * classes_ + second] = std::move(table);
  }
  // Null where the two have nothing to do with each other.
  [[nodiscard]] const PairCosts* Find(std::size_t a, std::size_t b) const {
    return a <= b ? tables_[a * classes_ + b].get()
                  : tables_[b * classes_ + a].get();
  }
  // Costs by value of class `b` where `a` has `value`. Requires: Find(a, b).
  [[nodiscard]] const std::vector<Cost>& Costs(std::size_t a, std::size_t value,
                                               std::size_t b) const {
    const PairCosts& table = *Find(a, b);
    return a <= b ? table.Row(value) : table.Column(value);
  }

 private:
  std::size_t classes_;
  std::vector<std::unique_ptr<PairCosts>> tables_;
};

// Costs that are paid once: by the first variable that takes a value of the
// group, for all of them.
struct Activations {
  std::vector<Cost> cost;          // by group
  std::vector<std::int64_t> most;  // by group: variables that it has room for
  // By class, then value: its groups, ascending. Empty where there are none.
  std::vector<std::vector<std::vector<std::size_t>>> groups;
  [[nodiscard]] bool empty() const { return cost.empty(); }
};

struct Problem {
  std::vector<VariableClass> classes;  // fixed before the tables are made
  std::vector<std::int64_t> capacity;  // by resource; what is free now
  std::vector<PathLimit> limits;
  Activations activations;
  // What stated traffic puts on links; null where none can run out.
  std::unique_ptr<LinkLoads> loads;
  std::unique_ptr<PairTables> tables;  // these may refer to all of the above
  std::unique_ptr<Paths> paths;
};

// `objective` and `topology` must outlive the problem.
[[nodiscard]] std::unique_ptr<Problem> BuildProblem(
    const Request& request, const CandidateSet& candidates,
    const graph::Topology& topology, const Occupancy& occupancy,
    const policy::Objective& objective);

}  // namespace acceld::placement
