// The solver against brute force, its verifier and itself, on random small
// cases. RapidCheck shrinks a case that breaks a property to a simple one; the
// bytes that it prints draw it again: DrawCase(Dice({...})).
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "placement/placement.h"
#include "tests/support/brute_force.h"
#include "tests/support/choices.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random_case.h"
#include "tests/unit/placement/solvable.h"

namespace acceld::placement {
namespace {

using acceld::testing::CountCombinations;
using acceld::testing::DrawCase;
using acceld::testing::DrawDice;
using acceld::testing::FakeClock;
using acceld::testing::kCaseChoices;
using acceld::testing::Solvable;

constexpr std::int64_t kMostCombinations = 3000;

bool IsSmall(const Solvable& one) {
  return CountCombinations(one.random.request, one.candidates, *one.topology) <=
         kMostCombinations;
}

std::optional<Cost> BruteForce(const Solvable& one) {
  return acceld::testing::BruteForce(one.random.request, one.candidates,
                                     *one.topology, one.random.occupancy,
                                     one.random.objective);
}

TEST(Optimality, RandomCases_EqualBruteForce) {
  int compared = 0;
  int feasible = 0;
  EXPECT_TRUE(rc::check([&] {
    const Solvable one(DrawCase(DrawDice(kCaseChoices)));
    RC_PRE(IsSmall(one));
    const std::optional<Cost> least = BruteForce(one);
    const Outcome outcome = one.Solve();
    ++compared;
    feasible += least ? 1 : 0;
    if (!least) {
      RC_ASSERT(std::holds_alternative<Infeasible>(outcome));
      return;
    }
    const auto* solved = std::get_if<Solved>(&outcome);
    RC_ASSERT(solved != nullptr);
    RC_ASSERT(solved->placement.total == *least);
    RC_ASSERT(solved->lower_bound == *least);
    RC_ASSERT(solved->proof == Proof::kOptimal);
  }));
  EXPECT_GE(feasible, compared / 4);  // and not all of them refused
}

TEST(Optimality, RandomCases_VerifierAcceptsEveryAnswer) {
  EXPECT_TRUE(rc::check([] {
    const Solvable one(DrawCase(DrawDice(kCaseChoices)));
    const Outcome outcome = one.Solve();
    if (const auto* solved = std::get_if<Solved>(&outcome)) {
      const Status status = one.Verify(solved->placement);
      if (!status) RC_FAIL(status.error().message);
      return;
    }
    const auto* infeasible = std::get_if<Infeasible>(&outcome);
    RC_ASSERT(infeasible != nullptr);
    RC_ASSERT(!infeasible->refusal.empty.empty() ||
              !infeasible->refusal.conflict.empty());
  }));
}

TEST(Optimality, SameCase_SameAnswer) {
  EXPECT_TRUE(rc::check([] {
    const Solvable one(DrawCase(DrawDice(kCaseChoices)));
    const Outcome first = one.Solve();
    const Outcome second = one.Solve();
    const auto* a = std::get_if<Solved>(&first);
    const auto* b = std::get_if<Solved>(&second);
    RC_ASSERT((a == nullptr) == (b == nullptr));
    if (a == nullptr) return;
    RC_ASSERT(a->nodes == b->nodes);
    RC_ASSERT(a->placement.host == b->placement.host);
    RC_ASSERT(a->placement.stages.size() == b->placement.stages.size());
    for (std::size_t i = 0; i < a->placement.stages.size(); ++i) {
      RC_ASSERT(a->placement.stages[i].device == b->placement.stages[i].device);
    }
  }));
}

// What an answer that was cut short may say of a case whose optimum is known.
void CheckCutShort(const Solvable& one, const Outcome& outcome,
                   std::optional<Cost> least) {
  if (const auto* solved = std::get_if<Solved>(&outcome)) {
    RC_ASSERT(least.has_value());
    RC_ASSERT(solved->lower_bound <= *least);
    RC_ASSERT(solved->placement.total >= *least);
    const bool is_tight = solved->lower_bound == solved->placement.total;
    RC_ASSERT((solved->proof == Proof::kOptimal) == is_tight);
    RC_ASSERT(one.Verify(solved->placement).has_value());
    return;
  }
  if (std::holds_alternative<Infeasible>(outcome)) RC_ASSERT(!least);
}

TEST(Optimality, EndedAfterAnyNumberOfNodes_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Solvable one(DrawCase(DrawDice(kCaseChoices)));
    RC_PRE(IsSmall(one));
    const std::optional<Cost> least = BruteForce(one);
    const FakeClock clock;
    for (const std::int64_t nodes : {0, 1, 2, 4, 8, 16, 32}) {
      const Budget budget{clock.Now() + std::chrono::seconds(1), nodes};
      CheckCutShort(one, one.Solve(budget, clock), least);
    }
  }));
}

TEST(Optimality, EndedAtAnyTime_BoundsHold) {
  EXPECT_TRUE(rc::check([] {
    const Solvable one(DrawCase(DrawDice(kCaseChoices)));
    RC_PRE(IsSmall(one));
    const std::optional<Cost> least = BruteForce(one);
    for (const int looks : {1, 2, 3, 4, 8, 16}) {
      const FakeClock clock(std::chrono::microseconds(1));
      const Budget budget{SteadyTime{} + std::chrono::microseconds(looks)};
      CheckCutShort(one, one.Solve(budget, clock), least);
    }
  }));
}

}  // namespace
}  // namespace acceld::placement
