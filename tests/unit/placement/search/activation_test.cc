// Costs that are paid once, on bare numbers: the search against brute force.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "bench/placement/matrix_problem.h"
#include "placement/search/search.h"
#include "tests/support/choices.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/placement/search/random_instance.h"

namespace acceld::placement {
namespace {

using acceld::bench::Instance;
using acceld::testing::Dice;
using acceld::testing::DrawDice;
using acceld::testing::DrawInstance;
using acceld::testing::FakeClock;
using acceld::testing::kInstanceChoices;

struct Group {
  Cost cost = 0;
  std::vector<std::size_t> devices;
};

// Few different costs, so that groups are alike; nested and crossing ones.
std::vector<Group> DrawGroups(const Instance& one, Dice dice) {
  std::vector<Group> groups(static_cast<std::size_t>(dice.Draw(1, 4)));
  for (Group& group : groups) {
    group.cost = dice.OneOf(2) ? 12 : 1;
    const auto step = static_cast<std::size_t>(dice.Draw(1, 3));
    for (auto d = static_cast<std::size_t>(dice.Draw(0, 1)); d < one.devices;
         d += step) {
      group.devices.push_back(d);
    }
  }
  return groups;
}

void AddGroups(const std::vector<Group>& groups, const Instance& one,
               Problem& problem) {
  Activations& all = problem.activations;
  for (const VariableClass& values : problem.classes) {
    all.groups.emplace_back(values.domain.size());
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::int64_t room = 0;
    for (const std::size_t device : groups[g].devices) {
      room += one.capacity[device];
      for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const auto& domain = problem.classes[c].domain;
        for (std::size_t value = 0; value < domain.size(); ++value) {
          if (domain[value].value() != device) continue;
          all.groups[c][value].push_back(g);
        }
      }
    }
    all.cost.push_back(groups[g].cost);
    all.most.push_back(room);
  }
}

Cost CostOf(const Instance& one, const std::vector<Group>& groups,
            const std::vector<std::size_t>& at) {
  Cost cost = 0;
  for (std::size_t i = 0; i < one.stages; ++i) {
    for (std::size_t j = 0; j < one.stages; ++j) {
      cost += one.Flow(i, j) * one.Distance(at[i], at[j]);
    }
  }
  for (const Group& group : groups) {
    const bool is_used =
        std::any_of(at.begin(), at.end(), [&](std::size_t device) {
          return std::count(group.devices.begin(), group.devices.end(),
                            device) > 0;
        });
    if (is_used) cost += group.cost;
  }
  return cost;
}

// Every assignment there is.
std::optional<Cost> Least(const Instance& one,
                          const std::vector<Group>& groups) {
  std::optional<Cost> least;
  std::vector<std::size_t> at(one.stages);
  std::vector<std::int64_t> left = one.capacity;
  const auto place = [&](auto&& self, std::size_t stage) -> void {
    if (stage == one.stages) {
      const Cost cost = CostOf(one, groups, at);
      if (!least || cost < *least) least = cost;
      return;
    }
    for (const std::size_t device : one.allowed[stage]) {
      if (left[device] == 0) continue;
      --left[device];
      at[stage] = device;
      self(self, stage + 1);
      ++left[device];
    }
  };
  place(place, 0);
  return least;
}

SearchResult Solve(const Instance& one, const std::vector<Group>& groups,
                   std::int64_t max_nodes = std::numeric_limits<int>::max(),
                   bool symmetry = true) {
  const FakeClock clock;
  const auto problem = bench::MakeProblem(one);
  AddGroups(groups, one, *problem);
  SearchLimits limits{clock.Now() + std::chrono::seconds(1), max_nodes};
  limits.symmetry = symmetry;
  return Search(*problem, limits, clock).Run();
}

struct Case {
  Instance instance;
  std::vector<Group> groups;
};

Case DrawCase() {
  const Dice dice = DrawDice(kInstanceChoices);
  Case one{DrawInstance(dice), {}};
  one.groups = DrawGroups(one.instance, DrawDice(16));
  return one;
}

TEST(Activations, RandomGroups_EqualBruteForce) {
  EXPECT_TRUE(rc::check([] {
    const auto [instance, groups] = DrawCase();
    const auto least = Least(instance, groups);
    const SearchResult result = Solve(instance, groups);
    RC_ASSERT(result.complete);
    RC_ASSERT(result.values.has_value() == least.has_value());
    if (!least) return;
    RC_ASSERT(result.total == *least);
    RC_ASSERT(result.lower_bound == *least);
  }));
}

TEST(Activations, CutShort_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const auto [instance, groups] = DrawCase();
    const auto least = Least(instance, groups);
    RC_PRE(least.has_value());
    for (const bool symmetry : {true, false}) {
      for (const std::int64_t nodes : {0, 1, 2, 4, 8}) {
        const SearchResult result = Solve(instance, groups, nodes, symmetry);
        RC_ASSERT(result.lower_bound <= *least);
        RC_ASSERT(result.total >= *least);
      }
    }
  }));
}

// Every device is in as many groups as every other and as far from all: what
// tells them apart is which groups they are in together, and nothing else.
Case DrawNearlySymmetric() {
  Dice dice = DrawDice(80);
  Case one;
  one.instance.stages = static_cast<std::size_t>(dice.Draw(3, 4));
  one.instance.devices = 8;
  one.instance.capacity.assign(8, 1);
  one.instance.flow.assign(one.instance.stages * one.instance.stages, 0);
  one.instance.distance.assign(64, 1);
  std::vector<std::size_t> order(8);
  std::iota(order.begin(), order.end(), std::size_t{0});
  one.instance.allowed.assign(one.instance.stages, order);
  for (auto divisions = dice.Draw(2, 4); divisions > 0; --divisions) {
    for (std::size_t i = 8; i > 1; --i) {
      const auto other = dice.Draw(0, static_cast<std::int64_t>(i) - 1);
      std::swap(order[i - 1], order[static_cast<std::size_t>(other)]);
    }
    const std::size_t size = dice.OneOf(2) ? 4 : 2;
    for (std::size_t i = 0; i < 8; i += size) {
      Group& group = one.groups.emplace_back();
      group.cost = 12;
      for (std::size_t d = i; d < i + size; ++d) {
        group.devices.push_back(order[d]);
      }
    }
  }
  return one;
}

TEST(Activations, NearlySymmetricGroups_EqualBruteForce) {
  EXPECT_TRUE(rc::check([] {
    const auto [instance, groups] = DrawNearlySymmetric();
    const SearchResult result = Solve(instance, groups);
    RC_ASSERT(result.complete);
    RC_ASSERT(result.total == *Least(instance, groups));
    RC_ASSERT(result.lower_bound == result.total);
  }));
}

// Sixteen devices in eight pairs that are alike, one variable after another:
// pairs stand for one another although each is a group of its own.
TEST(Activations, GroupsThatAreAlike_AreExchanged) {
  Instance one;
  one.stages = 3;
  one.devices = 16;
  one.capacity.assign(one.devices, 1);
  one.flow.assign(one.stages * one.stages, 0);
  one.allowed.resize(one.stages);
  std::vector<Group> groups(one.devices / 2);
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      one.distance.push_back(a == b ? 0 : a / 2 == b / 2 ? 3 : 7);
    }
    for (auto& allowed : one.allowed) allowed.push_back(a);
    groups[a / 2].cost = 10;
    groups[a / 2].devices.push_back(a);
  }
  const SearchResult result = Solve(one, groups);
  EXPECT_EQ(result.total, 20);  // a pair, and half of another
  EXPECT_EQ(result.lower_bound, 20);
  EXPECT_LE(result.nodes, 16);
}

}  // namespace
}  // namespace acceld::placement
