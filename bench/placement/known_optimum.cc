#include "bench/placement/known_optimum.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace acceld::bench {
namespace {

// Of every two facilities at first, and changes for each of them, about.
constexpr std::int64_t kBaseFlow = 6;
constexpr std::size_t kChanges = 8;

class Grid {
 public:
  explicit Grid(std::size_t columns) : columns_(columns) {}
  [[nodiscard]] std::int64_t Between(std::size_t a, std::size_t b) const {
    return Apart(a / columns_, b / columns_) +
           Apart(a % columns_, b % columns_);
  }

 private:
  static std::int64_t Apart(std::size_t a, std::size_t b) {
    return static_cast<std::int64_t>(std::max(a, b) - std::min(a, b));
  }
  std::size_t columns_;
};

// Flows of which facility i at location i is an optimal assignment.
std::vector<std::int64_t> DrawFlow(const Grid& grid, std::size_t size,
                                   const Draw& draw) {
  std::vector<std::int64_t> flow(size * size, kBaseFlow);
  for (std::size_t i = 0; i < size; ++i) flow[i * size + i] = 0;
  const auto add = [&](std::size_t a, std::size_t b, std::int64_t amount) {
    flow[a * size + b] += amount;
    flow[b * size + a] += amount;
  };
  for (std::size_t change = 0; change < size * kChanges; ++change) {
    const std::size_t i = draw(size);
    const std::size_t j = draw(size);
    const std::size_t k = draw(size);
    const std::int64_t most = flow[i * size + k];
    if (i == j || j == k || i == k || most == 0) continue;
    if (grid.Between(i, j) + grid.Between(j, k) != grid.Between(i, k)) continue;
    const auto amount =
        static_cast<std::int64_t>(1 + draw(static_cast<std::uint64_t>(most)));
    add(i, j, amount);
    add(j, k, amount);
    add(i, k, -amount);
  }
  return flow;
}

std::vector<std::size_t> DrawOrder(std::size_t size, const Draw& draw) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = size; i > 1; --i)
    std::swap(order[i - 1], order[draw(i)]);
  return order;
}

}  // namespace

KnownOptimum MakeKnownOptimum(std::size_t rows, std::size_t columns,
                              const Draw& draw) {
  const std::size_t size = rows * columns;
  const Grid grid(columns);
  KnownOptimum known;
  Instance& one = known.instance;
  one.name = "grid" + std::to_string(rows) + "x" + std::to_string(columns);
  one.stages = size;
  one.devices = size;
  one.capacity.assign(size, 1);
  const std::vector<std::int64_t> flow = DrawFlow(grid, size, draw);
  const std::vector<std::size_t> order = DrawOrder(size, draw);
  one.flow.resize(size * size);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      one.flow[order[a] * size + order[b]] = flow[a * size + b];
      one.distance.push_back(grid.Between(a, b));
      known.optimum += kBaseFlow * grid.Between(a, b);
    }
  }
  one.allowed.resize(size);
  for (auto& allowed : one.allowed) {
    allowed.resize(size);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
  return known;
}

}  // namespace acceld::bench
