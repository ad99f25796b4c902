// What must not change the cost of the best placement, and what may change it
// in one direction only, on random small cases.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "placement/placement.h"
#include "tests/support/choices.h"
#include "tests/support/random_case.h"
#include "tests/unit/placement/solvable.h"

namespace acceld::placement {
namespace {

using acceld::testing::Dice;
using acceld::testing::DrawCase;
using acceld::testing::DrawDice;
using acceld::testing::kCaseChoices;
using acceld::testing::Least;
using acceld::testing::RandomCase;
using acceld::testing::Relabel;
using acceld::testing::Renumber;
using acceld::testing::Solvable;
using acceld::testing::WithOneMoreDevice;

RandomCase AnyCase() { return DrawCase(DrawDice(kCaseChoices)); }

std::optional<Cost> LeastOf(RandomCase random) {
  return Least(Solvable(std::move(random)));
}

bool NoWorse(std::optional<Cost> after, std::optional<Cost> before) {
  return !before || (after && *after <= *before);
}

TEST(Monotony, OtherNames_SameCost) {
  EXPECT_TRUE(rc::check([] {
    RandomCase random = AnyCase();
    const auto before = LeastOf(random);
    Relabel(random);
    RC_ASSERT(LeastOf(std::move(random)) == before);
  }));
}

TEST(Monotony, StagesInAnotherOrder_SameCost) {
  EXPECT_TRUE(rc::check([] {
    RandomCase random = AnyCase();
    const auto before = LeastOf(random);
    Dice dice = DrawDice(8);
    Renumber(random.request, dice);
    RC_ASSERT(LeastOf(std::move(random)) == before);
  }));
}

TEST(Monotony, OneMoreDevice_NeverWorse) {
  EXPECT_TRUE(rc::check([] {
    RandomCase random = AnyCase();
    // One more may turn what was alone into a unit that is to be kept whole.
    random.objective.keep_whole_weight = 0;
    const auto before = LeastOf(random);
    random.facts = WithOneMoreDevice(std::move(random.facts));
    RC_ASSERT(NoWorse(LeastOf(std::move(random)), before));
  }));
}

// The request with one demand less, one for every demand that it makes.
std::vector<Request> Relaxed(const Request& request) {
  std::vector<Request> relaxed;
  const auto without = [&](auto&& drop) {
    relaxed.push_back(request);
    drop(relaxed.back());
  };
  for (std::size_t c = 0; c < request.constraints.size(); ++c) {
    without([&](Request& less) {
      less.constraints.erase(less.constraints.begin() +
                             static_cast<std::ptrdiff_t>(c));
    });
  }
  for (std::size_t l = 0; l < request.links.size(); ++l) {
    without([&](Request& less) { less.links[l].traffic_stated = false; });
    without([&](Request& less) { less.links[l].require.locality.reset(); });
    without(
        [&](Request& less) { less.links[l].require.min_bandwidth.reset(); });
    without([&](Request& less) { less.links[l].require.max_latency.reset(); });
  }
  for (std::size_t s = 0; s < request.stages.size(); ++s) {
    without([&](Request& less) { less.stages[s].sharing = Sharing::kShared; });
    without([&](Request& less) { less.stages[s].memory.reset(); });
    without([&](Request& less) { less.stages[s].sva = SvaNeed::kAny; });
  }
  without([](Request& less) { less.client.cpus.clear(); });
  return relaxed;
}

TEST(Monotony, OneDemandLess_NeverWorse) {
  EXPECT_TRUE(rc::check([] {
    RandomCase random = AnyCase();
    const auto before = LeastOf(random);
    for (Request& less : Relaxed(random.request)) {
      random.request = std::move(less);
      RC_ASSERT(NoWorse(LeastOf(random), before));
    }
  }));
}

TEST(Monotony, OneMoreLease_NeverBetter) {
  EXPECT_TRUE(rc::check([] {
    RandomCase random = AnyCase();
    // What somebody holds something of need not be spared.
    random.objective.pack_weight = 0;
    random.objective.power_weight = 0;
    random.objective.keep_whole_weight = 0;
    const auto before = LeastOf(random);
    const auto number = *rc::gen::inRange(0, 4);
    DeviceUse& use =
        random.occupancy.devices["accelerator:a" + std::to_string(number)];
    ++use.instances;
    use.memory = use.memory + Bytes(*rc::gen::elementOf(std::vector{0, 50}));
    random.occupancy.memory["memory:0"] = Bytes(80);
    random.occupancy.live_pasids += *rc::gen::inRange<std::int64_t>(0, 2);
    RC_ASSERT(NoWorse(before, LeastOf(std::move(random))));
  }));
}

}  // namespace
}  // namespace acceld::placement
