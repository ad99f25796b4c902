#include "daemon/solver_clock.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/fake_clock.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeClock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t ran = 0;  // nanoseconds
Nanoseconds FakeThreadTime() { return Nanoseconds(ran); }

class SolverClockTest : public ::testing::Test {
 protected:
  // The thread waits, or it runs.
  void Wait(nanoseconds time) { wall_.Advance(time); }
  void Run(nanoseconds time) {
    wall_.Advance(time);
    ran += time.count();
  }
  [[nodiscard]] nanoseconds Passed() const { return clock_.Now() - start_; }

  FakeClock wall_;
  const SteadyTime start_ = wall_.Now();
  const SolverClock clock_{wall_, &FakeThreadTime};
};

TEST_F(SolverClockTest, WhereTheThreadRuns_IsTheWallClock) {
  EXPECT_EQ(Passed(), milliseconds(0));
  for (int i = 1; i <= 50; ++i) {
    Run(milliseconds(1));
    EXPECT_EQ(Passed(), milliseconds(i));
  }
}

TEST_F(SolverClockTest, WhereTheThreadWaitsFirst_LetsItRunAllTheSame) {
  Wait(milliseconds(400));
  EXPECT_EQ(Passed(), SolverClock::kLeast);
  Run(milliseconds(4));
  Wait(milliseconds(400));
  Run(milliseconds(5));
  EXPECT_EQ(Passed(), SolverClock::kLeast);
  Run(milliseconds(1));
  EXPECT_EQ(Passed(), milliseconds(810));
}

TEST_F(SolverClockTest, AfterThat_WaitingCounts) {
  Run(SolverClock::kLeast);
  Wait(milliseconds(40));
  EXPECT_EQ(Passed(), milliseconds(50));
}

TEST_F(SolverClockTest, NeverGoesBack) {
  nanoseconds last{0};
  for (int i = 0; i < 100; ++i) {
    i % 3 == 0 ? Run(nanoseconds(300'000)) : Wait(nanoseconds(700'000));
    EXPECT_GE(Passed(), last);
    last = Passed();
  }
  EXPECT_EQ(last, wall_.Now() - start_);
}

TEST_F(SolverClockTest, Spent_IsWhatTheThreadRan) {
  Run(milliseconds(3));
  Wait(milliseconds(40));
  EXPECT_EQ(clock_.Spent(), Nanoseconds(3'000'000));
}

TEST(ThreadTime, IsOfThisThreadAndMovesOn) {
  const Nanoseconds before = ThreadTime();
  volatile int work = 0;
  while (ThreadTime() == before) work = work + 1;
  EXPECT_GT(ThreadTime(), before);
}

}  // namespace
}  // namespace acceld::daemon
