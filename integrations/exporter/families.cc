#include "integrations/exporter/families.h"

namespace acceld::exporter {

prometheus::ClientMetric& Families::Add(const Family& family,
                                        prometheus::MetricType type,
                                        Labels labels) {
  const auto [found, is_new] =
      index_.try_emplace(family.name, families_.size());
  if (is_new) families_.push_back({family.name, family.help, type, {}});
  prometheus::ClientMetric& metric =
      families_[found->second].metric.emplace_back();
  metric.label = std::move(labels);
  return metric;
}

void Families::AddGauge(const Family& family, double value, Labels labels) {
  Add(family, prometheus::MetricType::Gauge, std::move(labels)).gauge.value =
      value;
}

void Families::AddCounter(const Family& family, double value, Labels labels) {
  Add(family, prometheus::MetricType::Counter, std::move(labels))
      .counter.value = value;
}

void Families::AddHistogram(const Family& family,
                            prometheus::ClientMetric::Histogram value,
                            Labels labels) {
  Add(family, prometheus::MetricType::Histogram, std::move(labels)).histogram =
      std::move(value);
}

}  // namespace acceld::exporter
