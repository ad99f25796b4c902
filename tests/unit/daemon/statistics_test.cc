#include "daemon/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <optional>
#include <vector>

namespace acceld::daemon {
namespace {

constexpr std::array kBounds{0.0, 1.0, 10.0};

std::vector<std::int64_t> CountsOf(const Histogram& histogram) {
  return {histogram.counts().begin(), histogram.counts().end()};
}

placement::Solved Costing(placement::Cost total, placement::Cost lower_bound) {
  placement::Solved solved;
  solved.placement.total = total;
  solved.lower_bound = lower_bound;
  solved.proof = placement::Proof::kFeasible;
  return solved;
}

TEST(Histogram, Value_IsInTheFirstBucketWhoseBoundItDoesNotPass) {
  Histogram histogram(kBounds);
  for (const double value : {0.0, 0.5, 1.0, 1.5, 10.0}) histogram.Add(value);
  EXPECT_EQ(CountsOf(histogram), (std::vector<std::int64_t>{1, 2, 2}));
  EXPECT_EQ(histogram.count(), 5);
  EXPECT_DOUBLE_EQ(histogram.sum(), 13.0);
}

TEST(Histogram, ValueAboveAllBounds_IsCountedAndInNoBucket) {
  Histogram histogram(kBounds);
  histogram.Add(11.0);
  EXPECT_EQ(CountsOf(histogram), (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(histogram.count(), 1);
}

TEST(Outcomes, Refusals_AreToldApartByCode) {
  Outcomes outcomes;
  outcomes.Count(std::nullopt);
  outcomes.Count(ErrorCode::kBusy);
  outcomes.Count(ErrorCode::kBusy);
  outcomes.Count(ErrorCode::kInternal);
  EXPECT_EQ(outcomes.succeeded, 1);
  EXPECT_EQ(outcomes.refused[static_cast<std::size_t>(ErrorCode::kBusy)], 2);
  EXPECT_EQ(outcomes.refused.back(), 1);
}

TEST(GapOf, IsTheShareOfTheCostThatIsNotProven) {
  EXPECT_DOUBLE_EQ(GapOf(Costing(200, 150)), 0.25);
  EXPECT_DOUBLE_EQ(GapOf(Costing(200, 200)), 0.0);
}

TEST(GapOf, ProvenOptimal_IsZeroWhateverTheBound) {
  placement::Solved solved = Costing(200, 150);
  solved.proof = placement::Proof::kOptimal;
  EXPECT_EQ(GapOf(solved), 0.0);
}

TEST(GapOf, CostsAtTheEndsOfTheirType_DoNotOverflow) {
  using Limits = std::numeric_limits<placement::Cost>;
  EXPECT_DOUBLE_EQ(GapOf(Costing(Limits::max(), Limits::min())), 2.0);
  EXPECT_EQ(GapOf(Costing(0, 0)), 0.0);
}

TEST(Tally, LeaseEnds_AreToldApart) {
  Tally tally;
  tally.CountEnd(LeaseState::kReleased);
  tally.CountEnd(LeaseState::kRevoked);
  tally.CountEnd(LeaseState::kRevoked);
  EXPECT_EQ(tally.released, 1);
  EXPECT_EQ(tally.revoked, 2);
}

TEST(Tally, Placement_IsCountedByTimeAndGap) {
  Tally tally;
  placement::Solved solved = Costing(1000, 985);
  solved.elapsed = Nanoseconds(40'000);
  tally.CountPlacement(solved);
  EXPECT_EQ(tally.search_seconds.counts()[2], 1);  // up to 50 us
  EXPECT_EQ(tally.gap.counts()[5], 1);             // up to 2 %
  EXPECT_DOUBLE_EQ(tally.search_seconds.sum(), 4e-5);
}

TEST(Statistics, Namespaces_AreKeptApartAndForgottenWithThePolicy) {
  const policy::Subject alice{1000, {1000}};
  const policy::Subject bob{1001, {1001}};
  Statistics statistics;
  statistics.Of("east", alice).released = 1;
  statistics.Of("west", bob).released = 2;
  EXPECT_EQ(statistics.Of("east", alice).released, 1);
  statistics.Keep([](const policy::Subject& member) {
    return member.uid == 1001 ? "west" : "default";
  });
  ASSERT_EQ(statistics.entries().size(), 1U);
  const auto& [name, entry] = *statistics.entries().begin();
  EXPECT_EQ(name, "west");
  EXPECT_EQ(entry.tally.released, 2);
  EXPECT_EQ(entry.member.uid, 1001U);
}

}  // namespace
}  // namespace acceld::daemon
