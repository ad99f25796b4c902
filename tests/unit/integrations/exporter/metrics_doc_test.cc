// docs/metrics.md, the alerts and the dashboard against what the exporter
// makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "base/json.h"
#include "integrations/exporter/collector.h"
#include "tests/support/fake_clock.h"

namespace acceld::exporter {
namespace {

// Of each metric "TYPE LABEL LABEL...", by name.
using Rows = std::map<std::string, std::string>;

constexpr char kProperties[] = R"({
  "Version": "1", "Mode": "live", "Generation": 7,
  "PolicyState": {"number": 3, "origin": "default"},
  "Statistics": {"namespaces": [{"namespace": "a", "leases": 0,
    "ended": {"released": 0, "revoked": 0},
    "acquire": {"succeeded": 0, "refused": {"Busy": 0}},
    "acquire_seconds": {"count": 0}, "search_seconds": {"count": 0},
    "gap": {"count": 0}}]}})";
constexpr char kDevices[] = R"([{"Key": "a", "Capacity": 1, "InUse": 0,
  "Functions": ["copy"], "Attributes": {"memory": {"value": 1}}}])";

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

const char* NameOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Histogram:
      return "histogram";
    default:
      return "?";
  }
}

Rows Made() {
  const acceld::testing::FakeClock clock;
  int asked = 0;
  const Collector collector(
      [&]() -> Result<Told> {
        if (asked++ == 0) return Fail(ErrorCode::kUnavailable, "away");
        return Told{*ParseJson(kProperties), *ParseJson(kDevices)};
      },
      clock, std::chrono::nanoseconds(0));
  (void)collector.Collect();  // to have a failure to count
  Rows rows;
  for (const auto& family : collector.Collect()) {
    std::string& row = rows[family.name];
    row = NameOf(family.type);
    for (const auto& label : family.metric.at(0).label) {
      row.append(" ").append(label.name);
    }
    EXPECT_FALSE(family.help.empty()) << family.name;
  }
  return rows;
}

Rows Documented() {
  const std::string text = ReadAll("docs/metrics.md");
  const std::regex row(R"(\| `(acceld_\w+)` \| (\w+) \|([^|]*)\|)");
  Rows rows;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end;
       ++at) {
    std::string& wanted = rows[(*at)[1]];
    wanted = (*at)[2];
    const std::string labels = (*at)[3];
    const std::regex label("`(\\w+)`");
    for (std::sregex_iterator one(labels.begin(), labels.end(), label);
         one != end; ++one) {
      wanted.append(" ").append((*one)[1]);
    }
  }
  return rows;
}

TEST(MetricsDoc, ListsWhatIsMade) { EXPECT_EQ(Documented(), Made()); }

class AskingFile : public ::testing::TestWithParam<const char*> {};

TEST_P(AskingFile, AsksForWhatIsMade) {
  const Rows made = Made();
  const std::string rules = ReadAll(GetParam());
  const std::regex name(R"(acceld_\w+)");
  const std::regex part("_(bucket|sum|count)$");
  std::set<std::string> used;
  for (std::sregex_iterator at(rules.begin(), rules.end(), name), end;
       at != end; ++at) {
    used.insert(at->str());
  }
  EXPECT_GE(used.size(), 6U);
  for (const std::string& metric : used) {
    EXPECT_TRUE(made.contains(metric) ||
                made.contains(std::regex_replace(metric, part, "")))
        << metric;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AskingFile,
    ::testing::Values("configs/prometheus/acceld.rules.yml",
                      "configs/grafana/acceld.json"));

}  // namespace
}  // namespace acceld::exporter
