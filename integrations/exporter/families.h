// Families: metrics while they are gathered, one family a name, in the order in
// which the families were first named.
// One object a scrape; its thread.
#pragma once

#include <prometheus/metric_family.h>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace acceld::exporter {

using Labels = std::vector<prometheus::ClientMetric::Label>;

// What all samples of one name share.
struct Family {
  const char* name;
  const char* help;
};

class Families {
 public:
  void AddGauge(const Family& family, double value, Labels labels = {});
  void AddCounter(const Family& family, double value, Labels labels = {});
  void AddHistogram(const Family& family,
                    prometheus::ClientMetric::Histogram value,
                    Labels labels = {});

  [[nodiscard]] std::vector<prometheus::MetricFamily> Take() {
    return std::move(families_);
  }

 private:
  prometheus::ClientMetric& Add(const Family& family,
                                prometheus::MetricType type, Labels labels);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t> index_;  // by name
};

}  // namespace acceld::exporter
