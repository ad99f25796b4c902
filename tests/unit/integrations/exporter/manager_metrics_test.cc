#include "integrations/exporter/manager_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "base/json.h"
#include "tests/unit/integrations/exporter/metrics_text.h"

namespace acceld::exporter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kProperties = R"({
  "Version": "1.2", "Mode": "live", "Generation": 7,
  "PolicyState": {"number": 3, "age_ns": 5},
  "Statistics": {"namespaces": [{
    "namespace": "east", "leases": 2,
    "ended": {"released": 5, "revoked": 1},
    "acquire": {"succeeded": 8, "refused": {"Busy": 4, "Denied": 0}},
    "plan": {"succeeded": 9, "refused": {"Timeout": 1}},
    "acquire_seconds": {"count": 3, "sum": 0.5,
        "buckets": [{"at_most": 0.1, "count": 1}, {"at_most": 1.0, "count": 2}]},
    "search_seconds": {"count": 0, "sum": 0.0, "buckets": []},
    "gap": {"count": 1, "sum": 0.0, "buckets": [{"at_most": 0.0, "count": 1}]}
  }]}})";

MetricsText TextOf(std::string_view properties) {
  const auto document = ParseJson(properties);
  EXPECT_TRUE(document);
  Families families;
  AddManagerMetrics(*document, families);
  return MetricsText(families.Take());
}

TEST(ManagerMetrics, Daemon_IsDescribed) {
  const MetricsText text = TextOf(kProperties);
  EXPECT_TRUE(text.Has(R"(acceld_info{version="1.2",mode="live"} 1)"));
  EXPECT_TRUE(text.Has("acceld_topology_generation 7"));
  EXPECT_TRUE(text.Has("acceld_policy_number 3"));
}

TEST(ManagerMetrics, FailedReload_IsKnownToAdministratorsOnly) {
  constexpr char kName[] = "acceld_policy_reload_failed ";
  EXPECT_THAT(TextOf(kProperties).Samples(kName), IsEmpty());
  EXPECT_THAT(
      TextOf(R"({"PolicyState": {"origin": "default"}})").Samples(kName),
      ElementsAre("acceld_policy_reload_failed 0"));
  EXPECT_THAT(TextOf(R"({"PolicyState": {"origin": "a", "error": "x"}})")
                  .Samples(kName),
              ElementsAre("acceld_policy_reload_failed 1"));
}

TEST(ManagerMetrics, Requests_AreCountedByNamespaceMethodAndReason) {
  const MetricsText text = TextOf(kProperties);
  EXPECT_TRUE(text.Has("# TYPE acceld_refusals_total counter"));
  EXPECT_THAT(
      text.Samples("acceld_refusals_total{"),
      ElementsAre(R"(acceld_refusals_total{namespace="east",method="Acquire",)"
                  R"(reason="Busy"} 4)",
                  R"(acceld_refusals_total{namespace="east",method="Acquire",)"
                  R"(reason="Denied"} 0)",
                  R"(acceld_refusals_total{namespace="east",method="Plan",)"
                  R"(reason="Timeout"} 1)"));
  EXPECT_TRUE(text.Has(
      R"(acceld_requests_succeeded_total{namespace="east",method="Plan"} 9)"));
  EXPECT_TRUE(text.Has(R"(acceld_leases{namespace="east"} 2)"));
  EXPECT_TRUE(text.Has(
      R"(acceld_leases_ended_total{namespace="east",how="revoked"} 1)"));
}

TEST(ManagerMetrics, Histograms_AreCumulativeWithABucketForTheRest) {
  EXPECT_THAT(
      TextOf(kProperties).Samples("acceld_acquire_duration_seconds"),
      ElementsAre(
          R"(acceld_acquire_duration_seconds_count{namespace="east"} 3)",
          R"(acceld_acquire_duration_seconds_sum{namespace="east"} 0.5)",
          R"(acceld_acquire_duration_seconds_bucket{namespace="east",le="0.1"} )"
          "1",
          R"(acceld_acquire_duration_seconds_bucket{namespace="east",le="1"} 2)",
          R"(acceld_acquire_duration_seconds_bucket{namespace="east",)"
          R"(le="+Inf"} 3)"));
}

TEST(ManagerMetrics, WhatAnOlderDaemonDoesNotTell_IsAbsent) {
  const MetricsText text = TextOf(R"({"Version": "0.1", "Mode": "live"})");
  EXPECT_THAT(text.Samples("acceld_leases"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_topology_generation"), IsEmpty());
  EXPECT_TRUE(text.Has(R"(acceld_info{version="0.1",mode="live"} 1)"));
}

TEST(ManagerMetrics, WhatIsNotACount_IsLeftOut) {
  const MetricsText text = TextOf(R"({"Statistics": {"namespaces": [{
      "namespace": "east", "ended": {"released": -1, "revoked": "2"},
      "acquire": {"succeeded": 1.5, "refused": {"Busy": -4, "Denied": 3}},
      "gap": {"count": -1, "sum": 0.0, "buckets": []},
      "acquire_seconds": {"count": 2, "sum": 0.5,
          "buckets": [{"at_most": 0.1, "count": -1},
                      {"at_most": 1.0, "count": 2}]}}]}})");
  EXPECT_THAT(text.Samples("acceld_leases"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_requests_succeeded_total"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_placement_gap_ratio"), IsEmpty());
  EXPECT_THAT(
      text.Samples("acceld_refusals_total{"),
      ElementsAre(R"(acceld_refusals_total{namespace="east",method="Acquire",)"
                  R"(reason="Denied"} 3)"));
  EXPECT_THAT(text.Samples("acceld_acquire_duration_seconds_bucket"),
              ElementsAre(::testing::HasSubstr(R"(le="1"} 2)"),
                          ::testing::HasSubstr(R"(le="+Inf"} 2)")));
}

// What stands in a name cannot make a line of its own.
TEST(ManagerMetrics, NamesWithQuotesAndNewlines_AreEscaped) {
  EXPECT_TRUE(TextOf(R"({"Version": "a\"} 1\nb\\", "Mode": "live"})")
                  .Has(R"(acceld_info{version="a\"} 1\nb\\",mode="live"} 1)"));
}

}  // namespace
}  // namespace acceld::exporter
