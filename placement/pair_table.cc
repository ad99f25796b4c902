#include "placement/pair_table.h"

#include <utility>

namespace acceld::placement {

PairTable::PairTable(const graph::Topology& topology,
                     const policy::Objective& objective,
                     const VariableClass& first, const VariableClass& second,
                     const std::vector<std::int64_t>& capacity, PairRule rule)
    : topology_(topology),
      objective_(objective),
      first_(first),
      second_(second),
      capacity_(capacity),
      rule_(std::move(rule)),
      rows_(first.domain.size()),
      columns_(second.domain.size()) {
  is_plain_ = rule_.localities.empty() && rule_.labels.empty();
  for (const Flow& flow : rule_.flows) {
    weight_ = AddCost(weight_, flow.weight);
    is_plain_ = is_plain_ && !flow.min_bandwidth && !flow.max_latency;
  }
}

const std::vector<Cost>& PairTable::Row(std::size_t value) const {
  std::vector<Cost>& row = rows_[value];
  if (row.empty()) {
    row.resize(second_.domain.size());
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = Compute(value, j);
  }
  return row;
}

const std::vector<Cost>& PairTable::Column(std::size_t value) const {
  std::vector<Cost>& column = columns_[value];
  if (column.empty()) {
    column.resize(first_.domain.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
      column[i] = rows_[i].empty() ? Compute(i, value) : rows_[i][value];
    }
  }
  return column;
}

Cost PairTable::Compute(std::size_t first, std::size_t second) const {
  if (Excluded(first, second)) return kForbidden;
  const graph::VertexId a = first_.domain[first];
  const graph::VertexId b = second_.domain[second];
  Cost cost = 0;
  for (const Flow& flow : rule_.flows) {
    cost = AddCost(cost,
                   flow.reversed ? FlowCost(flow, b, a) : FlowCost(flow, a, b));
  }
  return cost;
}

Cost PairTable::FlowCost(const Flow& flow, graph::VertexId from,
                         graph::VertexId to) const {
  if (from == to) return 0;  // data does not leave the device
  const graph::Topology::Cost path = topology_.CostBetween(from, to);
  if (!path.reachable) return kForbidden;
  if (flow.min_bandwidth && path.bandwidth < *flow.min_bandwidth) {
    return kForbidden;
  }
  if (flow.max_latency && path.latency > *flow.max_latency) return kForbidden;
  const Cost cost = PathCost(objective_, path.latency, path.bandwidth);
  return cost == kForbidden ? kForbidden : MultiplyCost(flow.weight, cost);
}

bool PairTable::Excluded(std::size_t first, std::size_t second) const {
  for (const LabelRule& rule : rule_.labels) {
    const bool equal =
        rule.first[first] >= 0 && rule.first[first] == rule.second[second];
    if (equal != rule.same) return true;
  }
  const graph::VertexId a = first_.domain[first];
  const graph::VertexId b = second_.domain[second];
  for (const LocalityRule& rule : rule_.localities) {
    const Locality found =
        rule.reversed ? topology_.LocalityOf(b, a) : topology_.LocalityOf(a, b);
    if (found > rule.farthest) return true;
  }
  if (rule_.load && rule_.load->loads->Overloads(rule_.load->first, first,
                                                 rule_.load->second, second)) {
    return true;
  }
  return Overfull(first, second);
}

bool PairTable::Overfull(std::size_t first, std::size_t second) const {
  for (const Consumption& mine : first_.uses[first]) {
    for (const Consumption& theirs : second_.uses[second]) {
      if (mine.once && first_.domain[first] == second_.domain[second]) continue;
      if (mine.resource == theirs.resource &&
          mine.amount > capacity_[mine.resource] - theirs.amount) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace acceld::placement
