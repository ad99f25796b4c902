// Quotas against brute force, on random small cases: several that overlap, of
// different devices, opens, memory and whatever else they bound, partly used
// up. RapidCheck shrinks a case that breaks a property.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "placement/placement.h"
#include "placement/problem.h"
#include "placement/quota_check.h"
#include "placement/search/search.h"
#include "policy/policy.h"
#include "tests/support/brute_force.h"
#include "tests/support/choices.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random_case.h"
#include "tests/unit/placement/solvable.h"

namespace acceld::placement {
namespace {

using acceld::testing::BruteForce;
using acceld::testing::CountCombinations;
using acceld::testing::Dice;
using acceld::testing::DrawCase;
using acceld::testing::DrawDice;
using acceld::testing::FakeClock;
using acceld::testing::kCaseChoices;
using acceld::testing::Least;
using acceld::testing::Solvable;

constexpr std::int64_t kMostCombinations = 3000;
constexpr std::int64_t kMostNodes = 10'000'000;
constexpr int kQuotaChoices = 48;

// Bounds of one quota, as a policy has them; absent where not drawn.
struct Drawn {
  std::string of_class;  // empty: all devices
  policy::QuotaBounds bounds;
  QuotaHeld held;
};

Drawn DrawQuota(Dice& dice) {
  Drawn drawn;
  const std::vector<std::string> classes{"", "drm", "uacce", "digest", "small"};
  drawn.of_class = classes[static_cast<std::size_t>(dice.Draw(0, 4))];
  policy::QuotaBounds& bounds = drawn.bounds;
  // Mostly devices: they are what is counted once.
  if (!dice.OneOf(4)) bounds.devices = dice.Draw(0, 3);
  if (dice.OneOf(3)) bounds.instances = dice.Draw(1, 4);
  if (dice.OneOf(4)) bounds.memory = Bytes(dice.Draw(1, 4) * 60);
  if (dice.OneOf(6)) bounds.pasids = dice.Draw(0, 2);
  if (dice.OneOf(6)) bounds.buffers = Bytes(dice.Draw(1, 4) * 60);
  if (dice.OneOf(6)) bounds.leases = dice.Draw(1, 2);
  QuotaHeld& held = drawn.held;
  for (const char* key : {"accelerator:a0", "accelerator:a1"}) {
    if (dice.OneOf(4)) held.devices.insert(key);
  }
  held.instances = static_cast<std::int64_t>(held.devices.size());
  if (dice.OneOf(3)) held.memory = Bytes(60);
  if (dice.OneOf(4)) held.pasids = 1;
  if (dice.OneOf(4)) held.buffers = Bytes(60);
  if (dice.OneOf(4)) held.leases = 1;
  return drawn;
}

std::vector<Drawn> DrawQuotas(Dice dice) {
  std::vector<Drawn> quotas;
  const std::int64_t count = dice.Draw(1, 3);
  for (std::int64_t q = 0; q < count; ++q) quotas.push_back(DrawQuota(dice));
  return quotas;
}

// Everything is allowed.
std::shared_ptr<const policy::Policy> ClassesOnly() {
  auto policy = policy::Policy::Compile({{"p.json", R"({"version": 1,
      "default": "allow", "classes": {
        "drm": {"devices": [{"attribute": "framework", "equals": "drm"}]},
        "uacce": {"devices": [{"attribute": "framework", "equals": "uacce"}]},
        "digest": {"devices": [{"attribute": "functions",
                                "contains": "digest/sha256"}]},
        "small": {"devices": [{"attribute": "memory", "at_most": "100B"}]}},
      "quotas": [{"devices": 1}, {"class": "drm", "devices": 1},
        {"class": "uacce", "devices": 1}, {"class": "digest", "devices": 1},
        {"class": "small", "devices": 1}]})"}});
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy ? *std::move(policy) : policy::Policy::Default();
}

const policy::Policy& Shared() {
  static const auto* const kPolicy =
      new std::shared_ptr<const policy::Policy>(ClassesOnly());
  return **kPolicy;
}

// Refers to the bounds of `drawn`.
std::vector<QuotaUse> UsesOf(const std::vector<Drawn>& drawn) {
  const auto templates = Shared().QuotasOf(policy::Subject{1000, {1000}});
  std::vector<QuotaUse> uses;
  for (const Drawn& one : drawn) {
    for (const policy::AppliedQuota& quota : templates) {
      if (quota.of_class != one.of_class) continue;
      uses.push_back({quota, one.held});
      uses.back().quota.bounds = &one.bounds;
    }
  }
  return uses;
}

// A case whose candidates are found within quotas; null: without any.
Solvable Within(const acceld::testing::RandomCase& random,
                const std::vector<QuotaUse>* quotas) {
  Solvable one(random);
  one.candidates =
      FindCandidates(one.random.request, *one.topology, one.random.occupancy,
                     Shared(), policy::Subject{1000, {1000}},
                     [](const graph::Vertex&) { return std::nullopt; }, {}, {},
                     {nullptr, quotas});
  return one;
}

// All devices there are without quotas, and quotas only in the verifier.
std::optional<Cost> LeastByBruteForce(const Solvable& within,
                                      const Solvable& without) {
  CandidateSet candidates = without.candidates;
  candidates.quotas = within.candidates.quotas;
  return BruteForce(within.random.request, candidates, *within.topology,
                    within.random.occupancy, within.random.objective);
}

bool IsSmall(const Solvable& one) {
  return CountCombinations(one.random.request, one.candidates, *one.topology) <=
         kMostCombinations;
}

TEST(QuotaProperty, RandomQuotas_EqualBruteForce) {
  int compared = 0;
  int feasible = 0;
  int bound = 0;  // the quotas made it dearer, or impossible
  EXPECT_TRUE(rc::check([&] {
    const auto random = DrawCase(DrawDice(kCaseChoices));
    const auto drawn = DrawQuotas(DrawDice(kQuotaChoices));
    const auto uses = UsesOf(drawn);
    const Solvable without = Within(random, nullptr);
    RC_PRE(IsSmall(without));
    const Solvable within = Within(random, &uses);
    const std::optional<Cost> least = LeastByBruteForce(within, without);
    ++compared;
    feasible += least ? 1 : 0;
    bound += Least(without) != least ? 1 : 0;
    const Outcome outcome = within.Solve();
    const auto* solved = std::get_if<Solved>(&outcome);
    RC_ASSERT((solved != nullptr) == least.has_value());
    if (solved == nullptr) return;
    RC_ASSERT(solved->placement.total == *least);
    RC_ASSERT(solved->lower_bound == *least);
    RC_ASSERT(solved->proof == Proof::kOptimal);
    const Status kept = CheckQuotas(uses, Shared(), random.request,
                                    *within.topology, solved->placement);
    if (!kept) RC_FAIL(kept.error().message);
  }));
  EXPECT_GE(feasible, compared / 8);
  EXPECT_GE(bound, compared / 8);
}

// Who is charged what must not depend on the order of the leaves.
TEST(QuotaProperty, WithoutSymmetry_SameOptimum) {
  EXPECT_TRUE(rc::check([] {
    const auto random = DrawCase(DrawDice(kCaseChoices));
    const auto drawn = DrawQuotas(DrawDice(kQuotaChoices));
    const auto uses = UsesOf(drawn);
    const Solvable one = Within(random, &uses);
    RC_PRE(IsSmall(one));
    const auto solve = [&](bool symmetry, bool is_hard) {
      const FakeClock clock;
      const auto problem =
          BuildProblem(one.random.request, one.candidates, *one.topology,
                       one.random.occupancy, one.random.objective);
      SearchLimits limits{clock.Now() + std::chrono::seconds(1), kMostNodes};
      limits.symmetry = symmetry;
      if (is_hard) limits.easy_nodes = limits.hard_nodes = 0;
      return Search(*problem, limits, clock).Run();
    };
    const SearchResult plain = solve(false, false);
    RC_ASSERT(plain.complete);
    RC_ASSERT(solve(true, false).total == plain.total);
    RC_ASSERT(solve(true, true).total == plain.total);
  }));
}

TEST(QuotaProperty, LargerBound_NeverWorse) {
  EXPECT_TRUE(rc::check([] {
    const auto random = DrawCase(DrawDice(kCaseChoices));
    auto drawn = DrawQuotas(DrawDice(kQuotaChoices));
    const auto least = [&] {
      const auto uses = UsesOf(drawn);
      return Least(Within(random, &uses));
    };
    const std::optional<Cost> before = least();
    policy::QuotaBounds& bounds = drawn.front().bounds;
    const auto more = *rc::gen::inRange<std::int64_t>(0, 3);
    if (bounds.devices) *bounds.devices += more;
    if (bounds.instances) *bounds.instances += more;
    if (bounds.pasids) *bounds.pasids += more;
    if (bounds.memory) bounds.memory = *bounds.memory + Bytes(60 * more);
    if (bounds.buffers) bounds.buffers = *bounds.buffers + Bytes(60 * more);
    const std::optional<Cost> after = least();
    RC_ASSERT(!before || (after && *after <= *before));
    drawn.erase(drawn.begin());  // without it at all
    const std::optional<Cost> free = least();
    RC_ASSERT(!after || (free && *free <= *after));
  }));
}

// What is held already costs no further device: the more of it, the better.
TEST(QuotaProperty, DeviceHeldAlready_BesideARaisedBound_NeverWorse) {
  EXPECT_TRUE(rc::check([] {
    const auto random = DrawCase(DrawDice(kCaseChoices));
    auto drawn = DrawQuotas(DrawDice(kQuotaChoices));
    for (Drawn& one : drawn) one.held.devices.clear();
    const auto least = [&] {
      const auto uses = UsesOf(drawn);
      return Least(Within(random, &uses));
    };
    const std::optional<Cost> before = least();
    for (Drawn& one : drawn) {
      one.held.devices.insert("accelerator:a0");
      if (one.bounds.devices) ++*one.bounds.devices;
    }
    const std::optional<Cost> after = least();
    RC_ASSERT(!before || (after && *after <= *before));
  }));
}

}  // namespace
}  // namespace acceld::placement
