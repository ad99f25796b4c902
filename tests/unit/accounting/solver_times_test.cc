#include "accounting/solver_times.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/units.h"
#include "tests/support/fake_clock.h"

namespace acceld::accounting {
namespace {

using acceld::testing::FakeClock;
using std::chrono_literals::operator""s;

constexpr Nanoseconds kSecond{1'000'000'000};

TEST(SolverTimes, Spent_CountsForAMinute) {
  FakeClock clock;
  SolverTimes times(clock);
  times.Reserve("u", kSecond);
  EXPECT_EQ(times.UsedBy("u"), kSecond);
  times.Spend("u", kSecond, Nanoseconds(7));
  EXPECT_EQ(times.UsedBy("u"), Nanoseconds(7));
  clock.Advance(30s);
  times.Spend("u", Nanoseconds(0), Nanoseconds(5));
  EXPECT_EQ(times.UsedBy("u"), Nanoseconds(12));
  clock.Advance(30s);
  EXPECT_EQ(times.UsedBy("u"), Nanoseconds(5));
  clock.Advance(30s);
  EXPECT_EQ(times.UsedBy("u"), Nanoseconds(0));
}

TEST(SolverTimes, ManyAccountsThatAskedOnce_AreForgotten) {
  FakeClock clock;
  SolverTimes times(clock);
  for (int user = 0; user < 100'000; ++user) {
    const std::string account = std::to_string(user);
    times.Reserve(account, kSecond);
    times.Spend(account, kSecond, Nanoseconds(1));
    clock.Advance(1s);
  }
  EXPECT_LE(times.size(), 256U);
}

TEST(SolverTimes, AccountThatWaits_IsNotForgotten) {
  FakeClock clock;
  SolverTimes times(clock);
  times.Reserve("waits", kSecond);
  for (int user = 0; user < 1000; ++user) {
    times.Reserve(std::to_string(user), kSecond);
    times.Spend(std::to_string(user), kSecond, Nanoseconds(0));
    clock.Advance(1s);
  }
  EXPECT_EQ(times.UsedBy("waits"), kSecond);
}

}  // namespace
}  // namespace acceld::accounting
