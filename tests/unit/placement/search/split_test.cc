// The subtrees of a search, each of which says by itself what is found in it:
// whoever searches them, and in whatever order they end, it is what one thread
// finds.
#include "placement/search/split.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "tests/support/choices.h"
#include "tests/support/dice.h"

namespace acceld::placement {
namespace {

using acceld::testing::Dice;
using acceld::testing::DrawDice;

// A subtree: its placements' costs, in an order that depends on what is to be
// beaten, as in the search: other limits, other branches first.
struct Script {
  std::vector<std::vector<Cost>> costs;  // by subtree
  std::size_t ends_after = 1000;         // steps of all together
};

class Player {
 public:
  explicit Player(const Script& script) : script_(script) {}

  Finding Play(std::size_t index, Cost beat, Incumbents& incumbents) {
    Finding found;
    found.beat = found.least = beat;
    const auto& costs = script_.costs[index];
    const auto turn = static_cast<std::size_t>(beat);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      if (steps_++ >= script_.ends_after) {
        found.is_complete = false;
        found.open = *std::min_element(costs.begin(), costs.end());
        return found;
      }
      const Cost known = incumbents.Before(index);
      if (known < found.least) {
        found.least = known;
        found.values.reset();
        found.is_alone = false;
      }
      const std::size_t at = (i + turn) % costs.size();
      if (costs[at] >= found.least) continue;
      found.least = costs[at];
      found.values = Assignment{{index, at}};
      incumbents.Found(index, found.least);
    }
    return found;
  }

 private:
  const Script& script_;
  std::atomic<std::size_t> steps_ = 0;
};

Finding Play(const Script& script, std::size_t threads, Cost beat = 30) {
  Player player(script);
  const std::vector<Walk> walks(
      threads, [&](std::size_t index, Cost known, Incumbents& incumbents) {
        return player.Play(index, known, incumbents);
      });
  return SearchSubtrees(script.costs.size(), beat, walks);
}

Script DrawScript() {
  Dice dice = DrawDice(100);
  Script script;
  script.costs.resize(static_cast<std::size_t>(dice.Draw(1, 12)));
  for (auto& costs : script.costs) {
    costs.resize(static_cast<std::size_t>(dice.Draw(1, 7)));
    for (Cost& cost : costs) cost = dice.Draw(10, 32);
  }
  return script;
}

Cost LeastOf(const Script& script) {
  Cost least = 30;
  for (const auto& costs : script.costs) {
    for (const Cost cost : costs) least = std::min(least, cost);
  }
  return least;
}

TEST(Split, AnyNumberOfThreads_FindWhatOneFinds) {
  EXPECT_TRUE(rc::check([] {
    const Script script = DrawScript();
    const Finding alone = Play(script, 1);
    RC_ASSERT(alone.is_complete);
    RC_ASSERT(alone.least == LeastOf(script));
    RC_ASSERT(alone.values.has_value() == (alone.least < 30));
    for (const std::size_t threads : {2, 3, 20}) {
      const Finding all = Play(script, threads);
      RC_ASSERT(all.is_complete);
      RC_ASSERT(all.least == alone.least);
      RC_ASSERT(all.values == alone.values);
    }
  }));
}

TEST(Split, EndedAfterAnyNumberOfSteps_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    Script script = DrawScript();
    const Cost least = LeastOf(script);
    for (const std::size_t threads : {1, 2}) {
      for (const std::size_t steps : {0, 1, 3, 9, 27}) {
        script.ends_after = steps;
        const Finding found = Play(script, threads);
        RC_ASSERT(found.least >= least);
        RC_ASSERT(std::min(found.least, found.open) <= least);
        RC_ASSERT(found.values.has_value() == (found.least < 30));
        if (found.is_complete) RC_ASSERT(found.least == least);
      }
    }
  }));
}

// A better placement in a later subtree, known before the earlier one is
// searched for it, must not decide what the earlier one finds.
TEST(Split, LaterSubtreeIsFasterAndBetter_IsSearchedAgain) {
  std::vector<std::pair<std::size_t, Cost>> searched;
  const std::vector<Walk> walks = {
      [&](std::size_t index, Cost beat, Incumbents& incumbents) {
        searched.emplace_back(index, beat);
        const Cost cost = index == 0 ? 20 : 10;
        incumbents.Found(index, cost);
        Finding found;
        found.values = Assignment{{index}};
        found.beat = searched.size() == 2 ? 30 : beat;  // as if at once
        found.least = cost;
        return found;
      }};
  const Finding found = SearchSubtrees(2, 30, walks);
  EXPECT_EQ(found.least, 10);
  const std::vector<std::pair<std::size_t, Cost>> expected = {
      {0, 30}, {1, 20}, {1, 20}};
  EXPECT_EQ(searched, expected);
}

}  // namespace
}  // namespace acceld::placement
