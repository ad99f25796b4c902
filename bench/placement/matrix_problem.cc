#include "bench/placement/matrix_problem.h"

#include <utility>
#include <vector>

namespace acceld::bench {
namespace {

using graph::VertexId;
using placement::Cost;
using placement::kForbidden;
using placement::VariableClass;

class MatrixPaths final : public placement::Paths {
 public:
  explicit MatrixPaths(const Instance& instance) : instance_(instance) {}
  [[nodiscard]] Cost CostBetween(VertexId from, VertexId to) const override {
    return instance_.Distance(from.value(), to.value());
  }
  [[nodiscard]] std::optional<Nanoseconds> LatencyBetween(
      VertexId from, VertexId to) const override {
    return Nanoseconds(CostBetween(from, to));
  }

 private:
  const Instance& instance_;
};

// Flows there and back between two classes.
class MatrixPairs final : public placement::PairCosts {
 public:
  MatrixPairs(const Instance& instance, const VariableClass& first,
              const VariableClass& second, std::int64_t there,
              std::int64_t back)
      : instance_(instance),
        first_(first),
        second_(second),
        there_(there),
        back_(back),
        rows_(first.domain.size()),
        columns_(second.domain.size()) {}

  [[nodiscard]] const std::vector<Cost>& Row(std::size_t value) const override {
    std::vector<Cost>& row = rows_[value];
    row.reserve(second_.domain.size());
    for (std::size_t i = row.size(); i < second_.domain.size(); ++i) {
      row.push_back(Between(first_.domain[value], second_.domain[i]));
    }
    return row;
  }
  [[nodiscard]] const std::vector<Cost>& Column(
      std::size_t value) const override {
    std::vector<Cost>& column = columns_[value];
    column.reserve(first_.domain.size());
    for (std::size_t i = column.size(); i < first_.domain.size(); ++i) {
      column.push_back(Between(first_.domain[i], second_.domain[value]));
    }
    return column;
  }
  [[nodiscard]] Cost weight() const override { return there_ + back_; }
  [[nodiscard]] bool is_plain() const override { return true; }

 private:
  [[nodiscard]] Cost Between(VertexId a, VertexId b) const {
    if (a == b && instance_.capacity[a.value()] < 2) return kForbidden;
    const Cost out = Distance(there_, a, b);
    const Cost in = Distance(back_, b, a);
    return placement::AddCost(out, in);
  }

  [[nodiscard]] Cost Distance(Cost flow, VertexId from, VertexId to) const {
    if (flow == 0) return 0;
    const Cost path = instance_.Distance(from.value(), to.value());
    return path >= kForbidden ? kForbidden : flow * path;
  }

  const Instance& instance_;
  const VariableClass& first_;
  const VariableClass& second_;
  const std::int64_t there_;
  const std::int64_t back_;
  mutable std::vector<std::vector<Cost>> rows_;
  mutable std::vector<std::vector<Cost>> columns_;
};

bool Exchangeable(const Instance& one, std::size_t i, std::size_t j) {
  if (one.allowed[i] != one.allowed[j]) return false;
  if (one.Flow(i, i) != one.Flow(j, j)) return false;
  if (one.Flow(i, j) != one.Flow(j, i)) return false;
  for (std::size_t k = 0; k < one.stages; ++k) {
    if (k == i || k == j) continue;
    if (one.Flow(i, k) != one.Flow(j, k)) return false;
    if (one.Flow(k, i) != one.Flow(k, j)) return false;
  }
  return true;
}

VariableClass ClassOf(const Instance& one,
                      const std::vector<std::size_t>& stages) {
  VariableClass values;
  values.index = stages.front();
  values.count = static_cast<std::int64_t>(stages.size());
  const auto& allowed = one.allowed[stages.front()];
  values.domain.reserve(allowed.size());
  values.unary.reserve(allowed.size());
  values.uses.reserve(allowed.size());
  for (const std::size_t device : allowed) {
    values.domain.emplace_back(static_cast<std::uint32_t>(device));
    values.unary.push_back(one.Flow(stages.front(), stages.front()) *
                           one.Distance(device, device));
    values.uses.push_back({{device, 1}});
  }
  return values;
}

}  // namespace

std::vector<std::vector<std::size_t>> StagesByClass(const Instance& one) {
  std::vector<std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < one.stages; ++i) {
    bool found = false;
    for (auto& members : classes) {
      if (!Exchangeable(one, members.front(), i)) continue;
      members.push_back(i);
      found = true;
      break;
    }
    if (!found) classes.push_back({i});
  }
  return classes;
}

std::unique_ptr<placement::Problem> MakeProblem(const Instance& instance) {
  auto problem = std::make_unique<placement::Problem>();
  problem->capacity = instance.capacity;
  problem->paths = std::make_unique<MatrixPaths>(instance);
  const auto classes = StagesByClass(instance);
  for (const auto& stages : classes) {
    problem->classes.push_back(ClassOf(instance, stages));
  }
  problem->tables = std::make_unique<placement::PairTables>(classes.size());
  for (std::size_t a = 0; a < classes.size(); ++a) {
    for (std::size_t b = a; b < classes.size(); ++b) {
      if (a == b && classes[a].size() < 2) continue;
      const std::size_t i = classes[a].front();
      const std::size_t j = a == b ? classes[a][1] : classes[b].front();
      const std::int64_t there = instance.Flow(i, j);
      const std::int64_t back = instance.Flow(j, i);
      if (there == 0 && back == 0) continue;
      problem->tables->Set(
          a, b,
          std::make_unique<MatrixPairs>(instance, problem->classes[a],
                                        problem->classes[b], there, back));
    }
  }
  return problem;
}

}  // namespace acceld::bench
