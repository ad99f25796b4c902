// Pack and keep whole: which of eight GPUs requests get, one after the other,
// and what is left for those that come later.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "placement/placement.h"
#include "tests/support/described_host.h"
#include "tests/support/planning.h"

namespace acceld::placement {
namespace {

using acceld::testing::DescribedHost;
using acceld::testing::Planning;
using acceld::testing::RequestOf;

policy::Objective KeepWhole() {
  policy::Objective objective;
  objective.keep_whole_weight = 5000;
  return objective;
}
policy::Objective Pack() {
  policy::Objective objective;
  objective.pack_weight = 5000;
  return objective;
}
policy::Objective Spread() {
  policy::Objective objective;
  objective.spread_weight = 5000;
  return objective;
}

// `count` GPUs that send to each other where there are several.
Request Gpus(int count, const std::string& sharing = "exclusive",
             const std::string& require = "{}") {
  const std::string links =
      count < 2 ? ""
                : R"({"from": "x", "to": "x", "require": )" + require + "}";
  return RequestOf(
      R"({"stages": [{"name": "x", "function": "compute/gpu", "sharing": ")" +
      sharing + R"(", "count": )" + std::to_string(count) +
      R"(}], "links": [)" + links + "]}");
}

// One GPU, and data to it from the CPUs named.
Request GpuNear(const std::string& cpus) {
  return RequestOf(R"({"stages": [{"name": "x", "function": "compute/gpu",
                                   "sharing": "exclusive"}],
      "links": [{"from": "host", "to": "x"}], "client": {"cpus": ")" +
                   cpus + R"("}})");
}

// A machine and its leases under one objective: two packages of two switches of
// two GPUs each, all on one fabric.
class Machine {
 public:
  explicit Machine(policy::Objective objective)
      : topology_(DescribedHost("nvswitch-8gpu")),
        objective_(std::move(objective)) {}

  Machine& Hold(const std::vector<int>& gpus) {
    for (const int gpu : gpus) {
      occupancy_.devices["accelerator:nvidia" + std::to_string(gpu)].instances =
          1;
    }
    return *this;
  }

  [[nodiscard]] Planning Plan(const Request& request) const {
    Planning plan(request, topology_, occupancy_);
    plan.objective = objective_;
    return plan;
  }

  // The GPUs' numbers, ascending; they are leased then. "-" where none fit.
  std::string Take(const Request& request) {
    const Planning plan = Plan(request);
    const Outcome outcome = plan.Solve();
    const auto* solved = std::get_if<Solved>(&outcome);
    if (solved == nullptr) return "-";
    EXPECT_EQ(solved->proof, Proof::kOptimal);
    EXPECT_TRUE(plan.Verify(solved->placement));
    std::string numbers;
    for (const StageAssignment& one : solved->placement.stages) {
      numbers += plan.Key(one.device).back();
    }
    occupancy_.Add(ChargesOf(request, *topology_, solved->placement));
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

 private:
  std::shared_ptr<const graph::Topology> topology_;
  policy::Objective objective_;
  Occupancy occupancy_;
};

TEST(KeepWhole, OneGpu_GoesBesideOneThatIsTaken) {
  for (int taken = 0; taken < 8; ++taken) {
    const int beside = taken % 2 == 0 ? taken + 1 : taken - 1;
    EXPECT_EQ(Machine(KeepWhole()).Hold({taken}).Take(Gpus(1)),
              std::to_string(beside));
  }
}

TEST(KeepWhole, OneGpuAfterTheOther_FillsSwitchesAndPackages) {
  Machine machine(KeepWhole());
  machine.Hold({6});
  for (const std::string next : {"7", "4", "5", "0", "1", "2", "3", "-"}) {
    EXPECT_EQ(machine.Take(Gpus(1)), next);
  }
}

TEST(KeepWhole, TwoGpus_TakeAWholeSwitch) {
  EXPECT_EQ(Machine(KeepWhole()).Take(Gpus(2)), "01");
  EXPECT_EQ(Machine(KeepWhole()).Hold({0, 1, 4}).Take(Gpus(2)), "23");
}

// Of two switches that are broken already, and none that is whole.
TEST(KeepWhole, TwoGpus_TakeHalvesThatAreLeft) {
  EXPECT_EQ(Machine(KeepWhole()).Hold({0, 2}).Take(Gpus(2)), "13");
  EXPECT_EQ(Machine(KeepWhole()).Hold({3, 4}).Take(Gpus(2)), "25");
}

// Halves first, then one switch: 6 and 7 are left. Where a package is asked
// for, all of it goes.
TEST(KeepWhole, FourGpus_BreakAsLittleAsCanBe) {
  EXPECT_EQ(Machine(KeepWhole()).Hold({0, 2}).Take(Gpus(4)), "1345");
  EXPECT_EQ(Machine(KeepWhole())
                .Hold({0, 2})
                .Take(Gpus(4, "exclusive", R"({"locality": "same-package"})")),
            "4567");
}

// Groups with room for several variables: what the bounds say of these is
// enough to prove every count at once, on a free machine and on a broken one.
TEST(KeepWhole, AnyCount_IsProvenInFewNodes) {
  for (int count = 1; count <= 5; ++count) {
    for (const std::vector<int>& held :
         {std::vector<int>{}, {0}, {0, 2}, {0, 3, 6}}) {
      const Machine machine = Machine(KeepWhole()).Hold(held);
      const Solved solved = machine.Plan(Gpus(count)).Best();
      EXPECT_EQ(solved.proof, Proof::kOptimal);
      EXPECT_LE(solved.nodes, 100) << count << " with " << held.size();
    }
  }
}

TEST(KeepWhole, Nothing_IsAskedOfTheDefault) {
  const policy::Objective objective;
  EXPECT_EQ(objective.pack_weight, 0);
  EXPECT_EQ(objective.keep_whole_weight, 0);
}

// Programs on either socket ask for one GPU each; then one for a whole package.
TEST(KeepWhole, AfterRequestsFromBothSockets_APackageIsLeft) {
  const Request package =
      Gpus(4, "exclusive", R"({"locality": "same-package"})");
  for (const auto& [objective, left] : {std::pair{KeepWhole(), "4567"},
                                        {Spread(), "-"},
                                        {policy::Objective{}, "-"}}) {
    Machine machine(objective);
    EXPECT_EQ(machine.Take(GpuNear("0")), "0");
    const std::string second = machine.Take(GpuNear("64"));
    EXPECT_EQ(second, left == std::string("-") ? "4" : "1");
    EXPECT_EQ(machine.Take(package), left);
  }
}

TEST(Pack, SharedGpus_GoWhereOthersAre) {
  EXPECT_EQ(Machine(Pack()).Hold({5}).Take(Gpus(1, "shared")), "5");
  EXPECT_EQ(Machine(Pack()).Hold({5}).Take(Gpus(3, "shared")), "555");
  EXPECT_EQ(Machine(Spread()).Hold({0}).Take(Gpus(1, "shared")), "1");
}

// Paid once, however many replicas are there.
TEST(Pack, TwoReplicasOnOneFreeGpu_PayOnce) {
  const Machine machine(Pack());
  const Planning plan = machine.Plan(Gpus(2, "shared"));
  const Solved solved = plan.Best();
  EXPECT_EQ(solved.placement.total, 5000 * kReferenceTraffic);
  ASSERT_EQ(solved.placement.terms.size(), 2U);
  EXPECT_TRUE(solved.placement.terms[1].what.starts_with("pack: "));
  EXPECT_TRUE(plan.Verify(solved.placement));
}

// A switch, its package and the fabric of the machine.
TEST(KeepWhole, TermsNameTheUnits) {
  const Machine machine(KeepWhole());
  const Planning plan = machine.Plan(Gpus(1));
  const Solved solved = plan.Best();
  std::string terms;
  for (const CostTerm& term : solved.placement.terms) {
    terms += term.what + "\n";
    EXPECT_EQ(term.cost, 5000 * kReferenceTraffic);
  }
  EXPECT_EQ(terms,
            "keep whole: switch-port:0000:01:00.0, which was free\n"
            "keep whole: numa:0, which was free\n"
            "keep whole: fabric-hub:nvswitch0, which was free\n");
}

TEST(KeepWhole, VerifierRefuses_AUnitThatWasNotPaid) {
  const Machine machine(KeepWhole());
  const Planning plan = machine.Plan(Gpus(1));
  Placement placement = plan.Best().placement;
  placement.total -= placement.terms.back().cost;
  placement.terms.pop_back();
  EXPECT_FALSE(plan.Verify(placement));
}

}  // namespace
}  // namespace acceld::placement
