#include "daemon/service/availability_news.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace acceld::daemon {
namespace {

using std::chrono::milliseconds;
using Devices = std::vector<std::string>;

class AvailabilityNewsTest : public ::testing::Test {
 protected:
  // What `connection` is told now; empty: it gets no signal.
  std::vector<Devices> Told(const std::string& connection) {
    std::vector<Devices> told;
    for (auto& one : news_.Due(now_, [this](const auto&who, const auto&what) {
           return !hidden_.contains({who, what});
         })) {
      if (one.connection == connection) told.push_back(std::move(one.devices));
    }
    return told;
  }

  AvailabilityNews news_;
  SteadyTime now_{milliseconds(5000)};
  std::set<std::pair<std::string, std::string>> hidden_;
};

TEST_F(AvailabilityNewsTest, Change_IsToldOnceToEachConnection) {
  EXPECT_FALSE(news_.Note("early"));
  news_.Add(":1.1");
  news_.Add(":1.2");
  EXPECT_TRUE(news_.Note("b"));
  EXPECT_TRUE(news_.Note("a"));
  const auto due =
      news_.Due(now_, [](const auto&, const auto&) { return true; });
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].connection, ":1.1");
  EXPECT_EQ(due[1].connection, ":1.2");
  EXPECT_EQ(due[1].devices, (Devices{"a", "b"}));
  now_ += milliseconds(1000);
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{});
  EXPECT_FALSE(news_.NextDue());
}

TEST_F(AvailabilityNewsTest, ChangesInARow_AreToldTogetherAfterThePause) {
  news_.Add(":1.1");
  news_.Note("a");
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{{"a"}});
  const SteadyTime first = now_;
  for (int i = 0; i < 19; ++i) {
    now_ += milliseconds(1);
    news_.Note(i % 2 == 0 ? "b" : "c");
    EXPECT_EQ(Told(":1.1"), std::vector<Devices>{});
  }
  ASSERT_TRUE(news_.NextDue());
  EXPECT_EQ(*news_.NextDue(), first + AvailabilityNews::kPause);
  now_ = *news_.NextDue();
  EXPECT_EQ(Told(":1.1"), (std::vector<Devices>{{"b", "c"}}));
  EXPECT_FALSE(news_.NextDue());
}

TEST_F(AvailabilityNewsTest, HiddenDevice_CausesNoSignalAndDelaysNone) {
  news_.Add(":1.1");
  hidden_ = {{":1.1", "theirs"}};
  news_.Note("theirs");
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{});
  EXPECT_FALSE(news_.NextDue());
  now_ += milliseconds(1);
  news_.Note("ours");
  news_.Note("theirs");
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{{"ours"}});
}

TEST_F(AvailabilityNewsTest, OneConnectionsPause_IsNotAnothers) {
  news_.Add(":1.1");
  news_.Add(":1.2");
  hidden_ = {{":1.2", "a"}};
  news_.Note("a");
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{{"a"}});
  news_.Note("b");
  EXPECT_EQ(Told(":1.2"), std::vector<Devices>{{"b"}});
  EXPECT_TRUE(news_.NextDue());
}

TEST_F(AvailabilityNewsTest, LateConnection_IsNotToldOfWhatWasBefore) {
  news_.Add(":1.1");
  news_.Note("a");
  news_.Add(":1.2");
  EXPECT_EQ(Told(":1.2"), std::vector<Devices>{});
  news_.Note("b");
  news_.Add(":1.2");  // asks again: nothing is lost
  EXPECT_EQ(Told(":1.2"), std::vector<Devices>{{"b"}});
}

TEST_F(AvailabilityNewsTest, ConnectionThatLeft_IsForgotten) {
  news_.Add(":1.1");
  news_.Note("a");
  news_.Remove(":1.1");
  EXPECT_EQ(Told(":1.1"), std::vector<Devices>{});
  EXPECT_FALSE(news_.Note("a"));
}

}  // namespace
}  // namespace acceld::daemon
