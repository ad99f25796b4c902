#include "integrations/exporter/device_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "base/json.h"
#include "tests/unit/integrations/exporter/metrics_text.h"

namespace acceld::exporter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kGpu = R"([{
  "Key": "accelerator:renderD128", "Framework": "drm",
  "Functions": ["compute/gpu", "video"], "NumaNode": "numa:0",
  "Package": "package:0", "PciFunction": "pci:0000:3e:00.0",
  "Capacity": 64, "InUse": 3, "Health": "degraded",
  "SvaVerdict": {"state": "refused", "errno": 19},
  "Taint": {"effect": "avoid", "reason": "fan"},
  "Quarantine": [{"device": "accelerator:renderD128", "age_ns": 1500000000},
                 {"device": "accelerator:renderD128", "age_ns": 2500000000}],
  "Attributes": {"memory": {"value": 17179869184, "source": "sysfs"}}}])";

MetricsText TextOf(std::string_view devices) {
  const auto document = ParseJson(devices);
  EXPECT_TRUE(document);
  Families families;
  AddDeviceMetrics(*document, families);
  return MetricsText(families.Take());
}

TEST(DeviceMetrics, Device_IsDescribedByLabelsOfOneSample) {
  const MetricsText text = TextOf(kGpu);
  EXPECT_TRUE(text.Has(
      R"(acceld_device_info{device="accelerator:renderD128",framework="drm",)"
      R"(numa_node="numa:0",package="package:0",)"
      R"(pci_function="pci:0000:3e:00.0"} 1)"));
  EXPECT_TRUE(
      text.Has(R"(acceld_device_function_info{device="accelerator:renderD128",)"
               R"(function="video"} 1)"));
  EXPECT_TRUE(text.Has("# TYPE acceld_device_info gauge"));
}

TEST(DeviceMetrics, UseAndMemory_AreNumbersInBaseUnits) {
  const MetricsText text = TextOf(kGpu);
  EXPECT_TRUE(
      text.Has(R"(acceld_device_capacity{device="accelerator:renderD128"} )"
               "64"));
  EXPECT_TRUE(
      text.Has(R"(acceld_device_in_use{device="accelerator:renderD128"} 3)"));
  EXPECT_TRUE(
      text.Has(R"(acceld_device_memory_bytes{device="accelerator:renderD128"} )"
               "17179869184"));
}

TEST(DeviceMetrics, States_HaveOneSampleForEachValue) {
  const MetricsText text = TextOf(kGpu);
  const std::string device = R"({device="accelerator:renderD128",)";
  EXPECT_THAT(
      text.Samples("acceld_device_health{"),
      ElementsAre("acceld_device_health" + device + R"(health="ok"} 0)",
                  "acceld_device_health" + device + R"(health="degraded"} 1)",
                  "acceld_device_health" + device + R"(health="failed"} 0)",
                  "acceld_device_health" + device + R"(health="unknown"} 0)"));
  EXPECT_TRUE(text.Has("acceld_device_sva_verdict" + device +
                       R"(verdict="refused"} 1)"));
  EXPECT_TRUE(text.Has("acceld_device_sva_verdict" + device +
                       R"(verdict="proven"} 0)"));
  EXPECT_TRUE(
      text.Has("acceld_device_tainted" + device + R"(effect="avoid"} 1)"));
  EXPECT_TRUE(
      text.Has("acceld_device_tainted" + device + R"(effect="refuse"} 0)"));
}

TEST(DeviceMetrics, Quarantine_TellsHowManyAndTheOldest) {
  const MetricsText text = TextOf(kGpu);
  const std::string device = R"({device="accelerator:renderD128"} )";
  EXPECT_TRUE(text.Has("acceld_device_quarantined_leases" + device + "2"));
  EXPECT_TRUE(
      text.Has("acceld_device_quarantine_oldest_seconds" + device + "2.5"));
}

TEST(DeviceMetrics, NotLimitedOrNotTold_IsAbsent) {
  const MetricsText text =
      TextOf(R"([{"Key": "accelerator:a", "Capacity": -1}, {"InUse": 7}, 5])");
  EXPECT_THAT(text.Samples("acceld_device_capacity{"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_device_in_use{"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_device_memory_bytes{"), IsEmpty());
  EXPECT_THAT(text.Samples("acceld_device_info{").size(), 1);
}

TEST(DeviceMetrics, NameWithQuotesAndLineEnds_StaysInItsLabel) {
  const MetricsText text =
      TextOf("[{\"Key\": \"a\\\"} 1\\nacceld_up 0\", \"InUse\": 1}]");
  EXPECT_TRUE(text.Has(R"(acceld_device_in_use{device="a\"} 1\nacceld_up 0"} )"
                       "1"));
  EXPECT_THAT(text.Samples("acceld_up"), IsEmpty());
}

}  // namespace
}  // namespace acceld::exporter
