// The solver against brute force and against itself, on random small cases.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "graph/topology.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "tests/support/brute_force.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random_case.h"

namespace acceld::placement {
namespace {

using acceld::testing::BruteForce;
using acceld::testing::CountCombinations;
using acceld::testing::DrawCase;
using acceld::testing::FakeClock;
using acceld::testing::RandomCase;
using acceld::testing::WithOneMoreDevice;

constexpr std::uint64_t kComparedCases = 3000;
constexpr std::uint64_t kCases = 1000;  // of each property
constexpr std::int64_t kMostCombinations = 3000;

// A case on its machine, with candidates as root sees them.
struct Solvable {
  RandomCase random;
  std::shared_ptr<const graph::Topology> topology;
  CandidateSet candidates;

  explicit Solvable(RandomCase drawn)
      : random(std::move(drawn)),
        topology(graph::Topology::Build(random.facts, 1)),
        candidates(FindCandidates(
            random.request, *topology, random.occupancy,
            *policy::Policy::Default(), policy::Subject{},
            [](const graph::Vertex&) { return std::nullopt; })) {}

  [[nodiscard]] Outcome Solve() const {
    const FakeClock clock;
    const Budget budget{clock.Now() + std::chrono::seconds(1)};
    return placement::Solve(random.request, candidates, *topology,
                            random.occupancy, random.objective, budget, clock);
  }
  [[nodiscard]] Status Verify(const Placement& placement) const {
    return placement::Verify(random.request, candidates, *topology,
                             random.occupancy, random.objective, placement);
  }
};

// Nothing where nothing fits.
std::optional<Cost> TotalOf(const Outcome& outcome) {
  const auto* solved = std::get_if<Solved>(&outcome);
  if (solved == nullptr) return std::nullopt;
  EXPECT_EQ(solved->proof, Proof::kOptimal);
  EXPECT_EQ(solved->lower_bound, solved->placement.total);
  return solved->placement.total;
}

bool NoWorse(std::optional<Cost> after, std::optional<Cost> before) {
  return !before || (after && *after <= *before);
}

TEST(Optimality, RandomCases_EqualBruteForce) {
  int compared = 0;
  int feasible = 0;
  for (std::uint64_t seed = 0; seed < kComparedCases; ++seed) {
    const Solvable one(DrawCase(seed));
    if (CountCombinations(one.random.request, one.candidates, *one.topology) >
        kMostCombinations) {
      continue;
    }
    const auto least =
        BruteForce(one.random.request, one.candidates, *one.topology,
                   one.random.occupancy, one.random.objective);
    ASSERT_EQ(TotalOf(one.Solve()), least) << "seed " << seed;
    ++compared;
    feasible += least ? 1 : 0;
  }
  EXPECT_GE(compared, 2000);
  EXPECT_GE(feasible, 600);  // and not all of them refused
}

TEST(Optimality, RandomCases_VerifierAcceptsEveryAnswer) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Solvable one(DrawCase(seed));
    const Outcome outcome = one.Solve();
    const auto* solved = std::get_if<Solved>(&outcome);
    if (solved == nullptr) {
      const auto* infeasible = std::get_if<Infeasible>(&outcome);
      ASSERT_NE(infeasible, nullptr) << "seed " << seed;
      ASSERT_FALSE(infeasible->reasons.empty()) << "seed " << seed;
      continue;
    }
    const Status status = one.Verify(solved->placement);
    ASSERT_TRUE(status) << "seed " << seed << ": " << status.error().message;
  }
}

TEST(Optimality, SameCase_SameAnswer) {
  for (std::uint64_t seed = 0; seed < kCases / 4; ++seed) {
    const Solvable one(DrawCase(seed));
    const Outcome first = one.Solve();
    const Outcome second = one.Solve();
    const auto* a = std::get_if<Solved>(&first);
    const auto* b = std::get_if<Solved>(&second);
    ASSERT_EQ(a == nullptr, b == nullptr);
    if (a == nullptr) continue;
    EXPECT_EQ(a->nodes, b->nodes);
    EXPECT_EQ(a->placement.host, b->placement.host);
    for (std::size_t i = 0; i < a->placement.stages.size(); ++i) {
      EXPECT_EQ(a->placement.stages[i].device, b->placement.stages[i].device);
    }
  }
}

TEST(Optimality, OtherNames_SameCost) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    RandomCase random = DrawCase(seed);
    const auto before = TotalOf(Solvable(random).Solve());
    Relabel(random);
    ASSERT_EQ(TotalOf(Solvable(std::move(random)).Solve()), before)
        << "seed " << seed;
  }
}

TEST(Optimality, OneMoreDevice_NeverWorse) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    RandomCase random = DrawCase(seed);
    const auto before = TotalOf(Solvable(random).Solve());
    random.facts = WithOneMoreDevice(std::move(random.facts));
    const auto after = TotalOf(Solvable(std::move(random)).Solve());
    ASSERT_TRUE(NoWorse(after, before)) << "seed " << seed;
  }
}

TEST(Optimality, OneConstraintLess_NeverWorse) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    RandomCase random = DrawCase(seed);
    const auto before = TotalOf(Solvable(random).Solve());
    if (!random.request.constraints.empty()) {
      random.request.constraints.pop_back();
    }
    for (PipelineLink& link : random.request.links) link.require = {};
    const auto after = TotalOf(Solvable(std::move(random)).Solve());
    ASSERT_TRUE(NoWorse(after, before)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace acceld::placement
