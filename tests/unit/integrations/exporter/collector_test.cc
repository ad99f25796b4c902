#include "integrations/exporter/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/json.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/integrations/exporter/metrics_text.h"

namespace acceld::exporter {
namespace {

using ::acceld::testing::FakeClock;
using std::chrono::milliseconds;
using ::testing::IsEmpty;

class CollectorTest : public ::testing::Test {
 protected:
  MetricsText Scrape() { return MetricsText(collector_.Collect()); }

  FakeClock clock_;
  bool is_there_ = true;
  int asked_ = 0;
  Collector collector_{[this]() -> Result<Told> {
                         ++asked_;
                         if (!is_there_) {
                           return Fail(ErrorCode::kUnavailable, "away");
                         }
                         return Told{
                             *ParseJson(R"({"Generation": 7})"),
                             *ParseJson(R"([{"Key": "a", "InUse": 1}])")};
                       },
                       clock_, milliseconds(1000)};
};

TEST_F(CollectorTest, Scrape_AsksAndShowsWhatWasTold) {
  const MetricsText text = Scrape();
  EXPECT_TRUE(text.Has("acceld_up 1"));
  EXPECT_TRUE(text.Has("acceld_topology_generation 7"));
  EXPECT_TRUE(text.Has(R"(acceld_device_in_use{device="a"} 1)"));
  EXPECT_TRUE(text.Has("acceld_exporter_asks_total 1"));
}

TEST_F(CollectorTest, ScrapesWithinTheTime_ShareOneAnswer) {
  for (int i = 0; i < 100; ++i) (void)Scrape();
  clock_.Advance(milliseconds(999));
  (void)Scrape();
  EXPECT_EQ(asked_, 1);
  clock_.Advance(milliseconds(1));
  (void)Scrape();
  EXPECT_EQ(asked_, 2);
}

TEST_F(CollectorTest, DaemonAway_LeavesNothingOfBefore) {
  (void)Scrape();
  is_there_ = false;
  clock_.Advance(milliseconds(1000));
  const MetricsText text = Scrape();
  EXPECT_TRUE(text.Has("acceld_up 0"));
  EXPECT_THAT(text.Samples("acceld_device"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_topology"), IsEmpty());
  EXPECT_TRUE(
      text.Has(R"(acceld_exporter_failed_asks_total{reason="unavailable"} 1)"));
}

TEST_F(CollectorTest, DaemonAway_IsNotAskedMoreOften) {
  is_there_ = false;
  for (int i = 0; i < 100; ++i) (void)Scrape();
  EXPECT_EQ(asked_, 1);
}

TEST_F(CollectorTest, DaemonBack_IsUpAgain) {
  is_there_ = false;
  (void)Scrape();
  is_there_ = true;
  clock_.Advance(milliseconds(1000));
  EXPECT_TRUE(Scrape().Has("acceld_up 1"));
}

}  // namespace
}  // namespace acceld::exporter
