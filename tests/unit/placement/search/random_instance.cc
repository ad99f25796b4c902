#include "tests/unit/placement/search/random_instance.h"

#include <algorithm>
#include <bit>

namespace acceld::testing {
namespace {

using bench::Instance;

std::size_t DrawIndex(Dice& dice, std::size_t below) {
  return static_cast<std::size_t>(
      dice.Draw(0, static_cast<std::int64_t>(below) - 1));
}

void DrawDistances(Dice& dice, Instance& one) {
  const std::size_t clusters = 1 + DrawIndex(dice, 3);
  const bool is_symmetric = !dice.OneOf(4);
  const std::int64_t noise = dice.OneOf(2) ? 4 : 1;
  one.distance.assign(one.devices * one.devices, 0);
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      if (a == b || (is_symmetric && b < a)) continue;
      const std::int64_t base = a % clusters == b % clusters ? 2 : 10;
      const std::int64_t cost = base + dice.Draw(0, noise - 1);
      one.distance[a * one.devices + b] = cost;
      if (is_symmetric) one.distance[b * one.devices + a] = cost;
    }
  }
}

void AllowAll(Instance& one) {
  one.allowed.resize(one.stages);
  for (auto& allowed : one.allowed) {
    allowed.resize(one.devices);
    std::iota(allowed.begin(), allowed.end(), std::size_t{0});
  }
}

// By ordered pair of points of a shape: a number for how they lie to each
// other.
std::vector<std::int64_t> DrawShape(Dice& dice, std::size_t size) {
  const std::int64_t shape = dice.Draw(0, 3);
  std::vector<std::int64_t> number(size + 8);
  for (auto& one : number) one = dice.Draw(0, 4);
  std::vector<std::int64_t> matrix;
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      const std::size_t apart = a < b ? b - a : a - b;
      const std::size_t around = (b + size - a) % size;  // one way
      const auto bits = static_cast<std::size_t>(std::popcount(a ^ b));
      const std::size_t lie = shape == 0   ? apart
                              : shape == 1 ? std::min(apart, size - apart)
                              : shape == 2 ? around
                                           : bits;
      matrix.push_back(a == b ? 0 : number[lie]);
    }
  }
  return matrix;
}

class Enumeration {
 public:
  explicit Enumeration(const Instance& one)
      : one_(one), at_(one.stages), left_(one.capacity) {}

  std::optional<std::int64_t> Run() {
    Place(0, 0);
    return least_;
  }

 private:
  void Place(std::size_t stage, std::int64_t cost) {
    if (least_ && cost >= *least_) return;
    if (stage == one_.stages) {
      least_ = cost;
      return;
    }
    for (const std::size_t device : one_.allowed[stage]) {
      if (left_[device] == 0) continue;
      --left_[device];
      at_[stage] = device;
      Place(stage + 1, cost + Added(stage));
      ++left_[device];
    }
  }

  // What the stage and those before it cost each other.
  [[nodiscard]] std::int64_t Added(std::size_t stage) const {
    const std::size_t here = at_[stage];
    std::int64_t cost = one_.Flow(stage, stage) * one_.Distance(here, here);
    for (std::size_t other = 0; other < stage; ++other) {
      cost += one_.Flow(stage, other) * one_.Distance(here, at_[other]) +
              one_.Flow(other, stage) * one_.Distance(at_[other], here);
    }
    return cost;
  }

  const Instance& one_;
  std::vector<std::size_t> at_;
  std::vector<std::int64_t> left_;
  std::optional<std::int64_t> least_;
};

}  // namespace

Instance DrawInstance(Dice dice) {
  Instance one;
  one.stages = 1 + DrawIndex(dice, 5);
  one.devices = 1 + DrawIndex(dice, 7);
  for (std::size_t i = 0; i < one.devices; ++i) {
    one.capacity.push_back(dice.OneOf(4) ? 2 : 1);
  }
  DrawDistances(dice, one);
  one.flow.assign(one.stages * one.stages, 0);
  for (std::size_t i = 0; i + 1 < one.stages; ++i) {
    const std::size_t to = dice.OneOf(2) ? DrawIndex(dice, one.stages) : i + 1;
    if (to != i) one.flow[i * one.stages + to] = dice.Draw(1, 3);
  }
  AllowAll(one);
  for (auto& allowed : one.allowed) {
    if (!dice.OneOf(2)) continue;
    std::vector<std::size_t> some;
    for (const std::size_t device : allowed) {
      if (!dice.OneOf(3)) some.push_back(device);
    }
    if (some.empty()) some.push_back(DrawIndex(dice, one.devices));
    allowed = some;
  }
  return one;
}

Instance DrawDense(Dice dice) {
  Instance one;
  one.stages = 4 + DrawIndex(dice, 4);
  one.devices = one.stages;
  one.capacity.assign(one.devices, 1);
  // A part of a hypercube, which is as symmetric as can be, or anything.
  const bool is_cube = dice.OneOf(2);
  one.flow.assign(one.stages * one.stages, 0);
  one.distance.assign(one.devices * one.devices, 0);
  for (std::size_t a = 0; a < one.stages; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const std::int64_t cost =
          is_cube ? std::popcount(a ^ b) : dice.Draw(1, 6);
      one.distance[a * one.devices + b] = cost;
      one.distance[b * one.devices + a] = cost;
      one.flow[a * one.stages + b] = dice.Draw(0, 3);
      if (dice.OneOf(3)) one.flow[b * one.stages + a] = dice.Draw(0, 3);
    }
  }
  AllowAll(one);
  return one;
}

Instance DrawNearlySymmetric(Dice dice) {
  const std::size_t hosts = 2 + DrawIndex(dice, 2);
  const std::size_t of_host = 2 + DrawIndex(dice, 2);
  Instance one;
  one.devices = hosts * of_host;
  one.stages = 3 + DrawIndex(dice, 3);
  one.capacity.assign(one.devices, 1);
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      const bool is_near = a / of_host == b / of_host;
      one.distance.push_back(a == b ? 0 : is_near ? 3 : 5);
    }
  }
  for (std::int64_t changes = dice.Draw(0, 3); changes > 0; --changes) {
    const std::size_t a = DrawIndex(dice, one.devices);
    const std::size_t b = DrawIndex(dice, one.devices);
    if (a == b) continue;
    const std::int64_t cost = dice.Draw(1, 6);
    one.distance[a * one.devices + b] = cost;
    if (dice.OneOf(2)) one.distance[b * one.devices + a] = cost;
  }
  one.flow.assign(one.stages * one.stages, 0);
  for (std::size_t i = 0; i < one.stages; ++i) {
    for (std::size_t j = 0; j < one.stages; ++j) {
      if (i != j) one.flow[i * one.stages + j] = dice.Draw(0, 2);
    }
  }
  AllowAll(one);
  if (dice.OneOf(2)) one.allowed.back().pop_back();
  return one;
}

Instance DrawSymmetric(Dice dice) {
  Instance one;
  one.devices = 4 + DrawIndex(dice, 4);
  one.stages = one.devices - (dice.OneOf(3) ? 1 : 0);
  one.capacity.assign(one.devices, dice.OneOf(6) ? 2 : 1);
  one.flow = DrawShape(dice, one.stages);
  one.distance = DrawShape(dice, one.devices);
  AllowAll(one);
  return one;
}

std::optional<std::int64_t> LeastCost(const Instance& instance) {
  return Enumeration(instance).Run();
}

}  // namespace acceld::testing
