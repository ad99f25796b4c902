// PairTable: what it costs to put one variable here and another there, and
// which combinations the hard constraints exclude. One table for each pair of
// variable classes that have anything to do with each other; rows are computed
// when first read, because large machines have far more pairs of devices than
// a search ever looks at.
// Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/topology_terms.h"
#include "base/units.h"
#include "graph/topology.h"
#include "placement/cost.h"
#include "placement/link_loads.h"
#include "placement/pair_costs.h"
#include "policy/settings.h"

namespace acceld::placement {

// What one value of a variable takes of a limited resource (opens of a device,
// bytes of a memory).
struct Consumption {
  std::size_t resource = 0;
  std::int64_t amount = 0;
  // Taken by the first variable at the place, of whatever class, for all that
  // are there: a quota of different devices counts each of them once.
  bool once = false;
};

// One kind of thing to place; its replicas are interchangeable.
struct VariableClass {
  enum class Kind { kStage, kBuffer, kHostNode };
  Kind kind{};
  std::size_t index = 0;                       // of the stage or the link
  std::int64_t count = 1;                      // replicas
  std::vector<graph::VertexId> domain;         // in key order
  std::vector<Cost> unary;                     // by value
  std::vector<std::vector<Consumption>> uses;  // by value
};

// Data that flows between the two: adds weight x path cost.
struct Flow {
  Cost weight = 0;        // kB/s
  bool reversed = false;  // from the second to the first
  std::optional<BytesPerSecond> min_bandwidth;
  std::optional<Nanoseconds> max_latency;
};

// Values (by index) must have equal, or not equal, labels; -1 is unknown and
// equal to nothing.
struct LabelRule {
  bool same = false;
  std::vector<std::int64_t> first;   // by value of the first class
  std::vector<std::int64_t> second;  // by value of the second class
};

struct LocalityRule {
  Locality farthest{};
  bool reversed = false;  // asked from the second to the first
};

// The flows between the two overload no link by themselves.
struct LoadRule {
  const LinkLoads* loads = nullptr;
  std::size_t first = 0;   // class
  std::size_t second = 0;  // class
};

struct PairRule {
  std::vector<Flow> flows;
  std::vector<LocalityRule> localities;
  std::vector<LabelRule> labels;
  std::optional<LoadRule> load;
  [[nodiscard]] bool empty() const {
    return flows.empty() && localities.empty() && labels.empty();
  }
};

class PairTable final : public PairCosts {
 public:
  // All references must outlive the table.
  PairTable(const graph::Topology& topology, const policy::Objective& objective,
            const VariableClass& first, const VariableClass& second,
            const std::vector<std::int64_t>& capacity, PairRule rule);

  [[nodiscard]] const std::vector<Cost>& Row(std::size_t value) const override;
  [[nodiscard]] const std::vector<Cost>& Column(
      std::size_t value) const override;
  [[nodiscard]] Cost weight() const override { return weight_; }
  [[nodiscard]] bool is_plain() const override { return is_plain_; }

 private:
  [[nodiscard]] Cost Compute(std::size_t first, std::size_t second) const;
  [[nodiscard]] Cost FlowCost(const Flow& flow, graph::VertexId from,
                              graph::VertexId to) const;
  [[nodiscard]] bool Excluded(std::size_t first, std::size_t second) const;
  // Whether the two values together take more of a resource than there is.
  [[nodiscard]] bool Overfull(std::size_t first, std::size_t second) const;

  const graph::Topology& topology_;
  const policy::Objective& objective_;
  const VariableClass& first_;
  const VariableClass& second_;
  const std::vector<std::int64_t>& capacity_;
  PairRule rule_;
  Cost weight_ = 0;
  bool is_plain_ = true;
  mutable std::vector<std::vector<Cost>> rows_;     // empty: not yet computed
  mutable std::vector<std::vector<Cost>> columns_;  // likewise
};

}  // namespace acceld::placement
