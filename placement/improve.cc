#include "placement/improve.h"

#include <utility>

namespace acceld::placement {
namespace {

bool FitsResources(const Problem& problem,
                   const std::vector<SearchVariable>& order,
                   const std::vector<std::size_t>& values) {
  std::vector<std::int64_t> left = problem.capacity;
  for (std::size_t p = 0; p < order.size(); ++p) {
    for (const Consumption& use :
         problem.classes[order[p].values].uses[values[p]]) {
      if (use.amount > left[use.resource]) return false;
      left[use.resource] -= use.amount;
    }
  }
  return true;
}

bool MeetsLimit(const Problem& problem, const PathLimit& limit,
                graph::VertexId from, graph::VertexId buffer,
                graph::VertexId to) {
  const auto in = problem.LatencyBetween(from, buffer);
  const auto out = problem.LatencyBetween(buffer, to);
  return in && out && *in + *out <= limit.limit;
}

std::vector<graph::VertexId> Chosen(const Problem& problem,
                                    const std::vector<SearchVariable>& order,
                                    const std::vector<std::size_t>& values,
                                    std::size_t of) {
  std::vector<graph::VertexId> chosen;
  for (std::size_t p = 0; p < order.size(); ++p) {
    if (order[p].values == of) {
      chosen.push_back(problem.classes[of].domain[values[p]]);
    }
  }
  return chosen;
}

bool MeetsLimits(const Problem& problem,
                 const std::vector<SearchVariable>& order,
                 const std::vector<std::size_t>& values) {
  for (const PathLimit& limit : problem.limits) {
    const auto buffer = Chosen(problem, order, values, limit.buffer).front();
    for (const auto from : Chosen(problem, order, values, limit.from)) {
      for (const auto to : Chosen(problem, order, values, limit.to)) {
        if (!MeetsLimit(problem, limit, from, buffer, to)) return false;
      }
    }
  }
  return true;
}

// What the variable at `position` adds to the others' cost.
Cost CostAt(const Problem& problem, const std::vector<SearchVariable>& order,
            const std::vector<std::size_t>& values, std::size_t position) {
  const std::size_t mine = order[position].values;
  Cost cost = problem.classes[mine].unary[values[position]];
  for (std::size_t p = 0; p < order.size(); ++p) {
    if (p == position ||
        problem.tables->Find(mine, order[p].values) == nullptr) {
      continue;
    }
    cost = AddCost(cost, problem.tables->Costs(mine, values[position],
                                               order[p].values)[values[p]]);
  }
  return cost;
}

// Moves the variable to the best value there is, the others staying.
Cost MoveOne(const Problem& problem, const std::vector<SearchVariable>& order,
             std::size_t position, Cost total,
             std::vector<std::size_t>& values) {
  std::size_t best = values[position];
  const Cost before = CostAt(problem, order, values, position);
  Cost least = before;
  const std::size_t count =
      problem.classes[order[position].values].domain.size();
  for (std::size_t value = 0; value < count; ++value) {
    values[position] = value;
    const Cost cost = CostAt(problem, order, values, position);
    if (cost >= least) continue;
    if (!FitsResources(problem, order, values)) continue;
    if (!MeetsLimits(problem, order, values)) continue;
    least = cost;
    best = value;
  }
  values[position] = best;
  // Not by difference: sums may be saturated.
  return least < before ? Evaluate(problem, order, values) : total;
}

// The value of `to` that stands for the same thing as `value` of `from`.
std::size_t Counterpart(const Problem& problem, std::size_t from,
                        std::size_t value, std::size_t to) {
  if (from == to) return value;
  const auto& domain = problem.classes[to].domain;
  const graph::VertexId wanted = problem.classes[from].domain[value];
  for (std::size_t i = 0; i < domain.size(); ++i) {
    if (domain[i] == wanted) return i;
  }
  return kNone;
}

Cost ExchangeTwo(const Problem& problem,
                 const std::vector<SearchVariable>& order, std::size_t a,
                 std::size_t b, Cost total, std::vector<std::size_t>& values) {
  const std::size_t at_a = values[a];
  const std::size_t at_b = values[b];
  const std::size_t to_a =
      Counterpart(problem, order[b].values, at_b, order[a].values);
  const std::size_t to_b =
      Counterpart(problem, order[a].values, at_a, order[b].values);
  if (to_a == kNone || to_b == kNone) return total;
  values[a] = to_a;
  values[b] = to_b;
  const Cost cost = Evaluate(problem, order, values);
  if (cost < total) return cost;
  values[a] = at_a;
  values[b] = at_b;
  return total;
}

}  // namespace

Cost Evaluate(const Problem& problem, const std::vector<SearchVariable>& order,
              const std::vector<std::size_t>& values) {
  if (!FitsResources(problem, order, values)) return kForbidden;
  if (!MeetsLimits(problem, order, values)) return kForbidden;
  Cost total = 0;
  for (std::size_t a = 0; a < order.size(); ++a) {
    const std::size_t mine = order[a].values;
    total = AddCost(total, problem.classes[mine].unary[values[a]]);
    for (const std::size_t b : order[a].later) {
      total = AddCost(total, problem.tables->Costs(mine, values[a],
                                                   order[b].values)[values[b]]);
    }
  }
  return total;
}

Cost Improve(const Problem& problem, const std::vector<SearchVariable>& order,
             const std::function<bool()>& stopped, Cost total,
             std::vector<std::size_t>& values) {
  for (Cost before = kForbidden; total < before;) {
    before = total;
    for (std::size_t a = 0; a < order.size(); ++a) {
      if (stopped()) return total;
      total = MoveOne(problem, order, a, total, values);
    }
    for (std::size_t a = 0; a < order.size(); ++a) {
      for (std::size_t b = a + 1; b < order.size(); ++b) {
        if (stopped()) return total;
        total = ExchangeTwo(problem, order, a, b, total, values);
      }
    }
  }
  return total;
}

}  // namespace acceld::placement
