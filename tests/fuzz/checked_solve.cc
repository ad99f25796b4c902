#include "tests/fuzz/checked_solve.h"

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "base/json.h"
#include "base/utf8.h"
#include "placement/placement.h"
#include "policy/policy.h"
#include "tests/support/fake_clock.h"

namespace acceld::testing {
namespace {

using placement::Infeasible;
using placement::Outcome;
using placement::Proof;
using placement::Solved;
using placement::TimedOut;

// So that one input takes milliseconds, whatever it asks for. A look at the
// clock comes every 30 us of work or so.
constexpr std::int64_t kMostNodes = 500;
constexpr std::chrono::microseconds kMostLooks(500);

class Checker {
 public:
  Checker(const placement::Request& request, const graph::Topology& topology,
          const placement::Occupancy& occupancy,
          const policy::Objective& objective)
      : request_(request),
        topology_(topology),
        occupancy_(occupancy),
        objective_(objective),
        candidates_(placement::FindCandidates(
            request, topology, occupancy, *policy::Policy::Default(),
            policy::Subject{},
            [](const graph::Vertex&) { return std::nullopt; })) {}

  void Run() {
    const Outcome whole = Solve(kMostNodes);
    Check(whole);
    CheckSame(whole, Solve(kMostNodes));
    for (const std::int64_t nodes : {0, 1, 8}) {
      const Outcome early = Solve(nodes);
      Check(early);
      CheckOrder(early, whole);
    }
  }

 private:
  [[nodiscard]] Outcome Solve(std::int64_t nodes) const {
    const FakeClock clock(std::chrono::microseconds(1));
    const placement::Budget budget{SteadyTime{} + kMostLooks, nodes};
    return placement::Solve(request_, candidates_, topology_, occupancy_,
                            objective_, budget, clock);
  }

  void Check(const Outcome& outcome) const {
    if (const auto* solved = std::get_if<Solved>(&outcome)) {
      CheckSolved(*solved);
    } else if (const auto* refused = std::get_if<Infeasible>(&outcome)) {
      const placement::Refusal& refusal = refused->refusal;
      ACCELD_CHECK(!refusal.empty.empty() || !refusal.conflict.empty());
      for (const auto& reason : placement::ReasonLines(refusal)) {
        ACCELD_CHECK(!reason.empty() && IsUtf8(reason));
      }
    }
  }

  void CheckSolved(const Solved& solved) const {
    const placement::Placement& placement = solved.placement;
    ACCELD_CHECK(placement::Verify(request_, candidates_, topology_, occupancy_,
                                   objective_, placement)
                     .has_value());
    ACCELD_CHECK(0 <= solved.lower_bound &&
                 solved.lower_bound <= placement.total);
    ACCELD_CHECK((solved.proof == Proof::kOptimal) ==
                 (solved.lower_bound == placement.total));
    placement::Cost sum = 0;
    for (const auto& term : placement.terms) {
      sum = placement::AddCost(sum, term.cost);
    }
    ACCELD_CHECK(sum == placement.total);
    const std::string text = PrintJson(
        placement::ToDocument(request_, candidates_, topology_, solved));
    ACCELD_CHECK(IsUtf8(text) && ParseJson(text).has_value());
    placement::Occupancy after = occupancy_;
    const auto charges = placement::ChargesOf(request_, topology_, placement);
    after.Add(charges);
    after.Remove(charges);
    ACCELD_CHECK(after.live_pasids == occupancy_.live_pasids);
  }

  static void CheckSame(const Outcome& a, const Outcome& b) {
    ACCELD_CHECK(a.index() == b.index());
    const auto* one = std::get_if<Solved>(&a);
    if (one == nullptr) return;
    const auto& other = std::get<Solved>(b);
    ACCELD_CHECK(one->nodes == other.nodes);
    ACCELD_CHECK(one->placement.total == other.placement.total);
    for (std::size_t i = 0; i < one->placement.stages.size(); ++i) {
      ACCELD_CHECK(one->placement.stages[i].device ==
                   other.placement.stages[i].device);
    }
  }

  // Neither excludes what the other has found.
  static void CheckOrder(const Outcome& early, const Outcome& whole) {
    const auto* a = std::get_if<Solved>(&early);
    const auto* b = std::get_if<Solved>(&whole);
    if (std::holds_alternative<Infeasible>(early)) ACCELD_CHECK(b == nullptr);
    if (std::holds_alternative<Infeasible>(whole)) ACCELD_CHECK(a == nullptr);
    if (a == nullptr || b == nullptr) return;
    ACCELD_CHECK(a->lower_bound <= b->placement.total);
    ACCELD_CHECK(b->lower_bound <= a->placement.total);
  }

  const placement::Request& request_;
  const graph::Topology& topology_;
  const placement::Occupancy& occupancy_;
  const policy::Objective& objective_;
  const placement::CandidateSet candidates_;
};

}  // namespace

void CheckedSolve(const placement::Request& request,
                  const graph::Topology& topology,
                  const placement::Occupancy& occupancy,
                  const policy::Objective& objective) {
  Checker(request, topology, occupancy, objective).Run();
}

}  // namespace acceld::testing
