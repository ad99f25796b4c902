#include "probes/health_report.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FindAttribute;
using acceld::testing::TextOf;

constexpr const char* kKey = "accelerator:x";

TEST(HealthReport, WithoutAFile_SaysNothing) {
  FactSet facts;
  HealthReport().AddTo(facts, kKey);
  EXPECT_TRUE(facts.attributes.empty());
  EXPECT_EQ(HealthReport().Name(), "");
}

TEST(HealthReport, Ok_HasNoReason) {
  FactSet facts;
  HealthReport health;
  health.Ok("sys/a");
  health.AddTo(facts, kKey);
  EXPECT_EQ(TextOf(facts, kKey, "health"), "ok");
  EXPECT_EQ(FindAttribute(facts, kKey, "health_reason"), nullptr);
}

TEST(HealthReport, Worst_CountsAndEveryReasonIsKept) {
  FactSet facts;
  HealthReport health;
  health.Failed("it burns", "sys/b");
  health.Ok("sys/a");
  health.Degraded("it smells", "sys/b");
  health.AddTo(facts, kKey);
  EXPECT_EQ(TextOf(facts, kKey, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kKey, "health_reason"), "it burns; it smells");
  EXPECT_EQ(FindAttribute(facts, kKey, "health")->from.source,
            "/sys/b, /sys/a");
}

TEST(HealthReport, Include_NamesWhoseTheReasonIs) {
  FactSet facts;
  HealthReport card;
  card.Degraded("it is hot", "sys/c");
  HealthReport health;
  health.Ok("sys/a");
  health.Include(card, "its card");
  health.AddTo(facts, kKey);
  EXPECT_EQ(TextOf(facts, kKey, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kKey, "health_reason"), "its card: it is hot");
}

}  // namespace
}  // namespace acceld::probes
