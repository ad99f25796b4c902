#include "probes/change_gatherer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/fake_clock.h"

namespace acceld::probes {
namespace {

using acceld::testing::FakeClock;
using std::chrono::milliseconds;

Uevent Event(const std::string& name) {
  return {"add", "/devices/pci0000:00/0000:00:02.0/drm/" + name, "drm"};
}

// A loop that takes the changes whenever they are due, as the daemon's does.
class Taker {
 public:
  explicit Taker(FakeClock& clock) : clock_(clock) {}

  void Pass(std::chrono::microseconds time) {
    clock_.Advance(time);
    const auto due = gatherer.due();
    if (!due || *due > clock_.Now()) return;
    EXPECT_FALSE(gatherer.Take().empty());
    ++taken;
  }

  ChangeGatherer gatherer;
  int taken = 0;

 private:
  FakeClock& clock_;
};

TEST(ChangeGatherer, Due_WhileNothingHappens_IsNever) {
  EXPECT_EQ(ChangeGatherer().due(), std::nullopt);
}

TEST(ChangeGatherer, Event_IsDueWhenItHasBeenQuiet) {
  FakeClock clock;
  ChangeGatherer gatherer;
  gatherer.Add(Event("renderD128"), clock.Now());
  EXPECT_EQ(gatherer.due(), clock.Now() + ChangeGatherer::kQuiet);
  clock.Advance(milliseconds(30));
  gatherer.Add(Event("renderD129"), clock.Now());
  EXPECT_EQ(gatherer.due(), clock.Now() + ChangeGatherer::kQuiet);
  EXPECT_TRUE(gatherer.Take().AnyOf("drm"));
  EXPECT_EQ(gatherer.due(), std::nullopt);
  EXPECT_TRUE(gatherer.Take().empty());
}

TEST(ChangeGatherer, Event_OfNoInterest_IsNotPending) {
  FakeClock clock;
  ChangeGatherer gatherer;
  gatherer.Add({"add", "/devices/virtual/tty/tty9", "tty"}, clock.Now());
  EXPECT_EQ(gatherer.due(), std::nullopt);
  gatherer.Add({"add", "/bus/next", "a-class-of-next-year"}, clock.Now());
  EXPECT_TRUE(gatherer.due().has_value());
}

TEST(ChangeGatherer, LostEvents_ChangeEverything) {
  FakeClock clock;
  ChangeGatherer gatherer;
  gatherer.AddLost(clock.Now());
  EXPECT_TRUE(gatherer.due().has_value());
  EXPECT_TRUE(gatherer.Take().everything);
}

TEST(ChangeGatherer, WhatEventsSaidOfHealth_IsHandedOverFromThenOn) {
  FakeClock clock;
  ChangeGatherer gatherer;
  Uevent wedged{"change", "/devices/pci0000:00/0000:00:02.0/drm/card0", "drm"};
  wedged.wedged = "rebind";
  gatherer.Add(wedged, clock.Now());
  EXPECT_FALSE(gatherer.Take().health->empty());
  gatherer.AddLost(clock.Now());
  EXPECT_FALSE(gatherer.Take().health->empty());
  gatherer.Add({"unbind", "/devices/pci0000:00/0000:00:02.0", "pci"},
               clock.Now());
  EXPECT_TRUE(gatherer.Take().health->empty());
}

TEST(ChangeGatherer, Storm_OfTenThousandEvents_IsTakenAHandfulOfTimes) {
  FakeClock clock;
  Taker taker(clock);
  for (int i = 0; i < 10'000; ++i) {  // two seconds
    taker.gatherer.Add(Event("renderD" + std::to_string(i)), clock.Now());
    taker.Pass(std::chrono::microseconds(200));
  }
  taker.Pass(ChangeGatherer::kQuiet);
  EXPECT_GE(taker.taken, 4);
  EXPECT_LE(taker.taken, 5);
  EXPECT_EQ(taker.gatherer.due(), std::nullopt);
}

TEST(ChangeGatherer, Storm_WithoutAPause_IsTakenAfterTheLongestDelay) {
  FakeClock clock;
  ChangeGatherer gatherer;
  const SteadyTime first = clock.Now();
  while (clock.Now() < first + ChangeGatherer::kMostDelay) {
    gatherer.Add(Event("renderD128"), clock.Now());
    EXPECT_LE(gatherer.due(), first + ChangeGatherer::kMostDelay);
    clock.Advance(milliseconds(1));
  }
  EXPECT_EQ(gatherer.due(), first + ChangeGatherer::kMostDelay);
}

}  // namespace
}  // namespace acceld::probes
