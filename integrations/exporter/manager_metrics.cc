#include "integrations/exporter/manager_metrics.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/document_fields.h"
#include "integrations/exporter/fields.h"

namespace acceld::exporter {
namespace {

constexpr Family kInfo{"acceld_info",
                       "1, with the version of acceld and the kind of machine "
                       "that it serves."};
constexpr Family kGeneration{
    "acceld_topology_generation",
    "Number of the snapshot of the machine that is in force."};
constexpr Family kPolicy{
    "acceld_policy_number",
    "How many policies have been in force since acceld started."};
constexpr Family kReloadFailed{
    "acceld_policy_reload_failed",
    "1 where the last reload left the old policy in force. For administrators "
    "only."};
constexpr Family kLeases{"acceld_leases",
                         "Leases that are held, by namespace of the owner."};
constexpr Family kEnded{"acceld_leases_ended_total",
                        "Leases that ended: by their owner, or revoked."};
constexpr Family kSucceeded{
    "acceld_requests_succeeded_total",
    "Calls of Acquire that got a lease, and of Plan that got a placement."};
constexpr Family kRefused{
    "acceld_refusals_total",
    "Calls of Acquire and Plan that were refused, by the name of the error."};
constexpr Family kAcquire{
    "acceld_acquire_duration_seconds",
    "From a call of Acquire that got a lease to its answer, binding the "
    "devices included."};
constexpr Family kSearch{
    "acceld_placement_search_seconds",
    "Of the placements of those leases, how long the search took."};
constexpr Family kGap{
    "acceld_placement_gap_ratio",
    "Of the placements of those leases, how far each may be from the best "
    "there is, as a share of its cost; 0 is proven optimal."};

void AddHistogram(const Family& family, const std::string& space,
                  const Document& statistics, const char* key,
                  Families& families) {
  const Document* told = statistics.Find(key);
  const auto total = told == nullptr ? std::nullopt : CountIn(*told, "count");
  if (!total) return;
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_count = *total;
  histogram.sample_sum = NumberIn(*told, "sum").value_or(0);
  for (const Document& bucket : ArrayIn(*told, "buckets")) {
    const auto bound = NumberIn(bucket, "at_most");
    const auto count = CountIn(bucket, "count");
    if (!bound || !count) continue;
    histogram.bucket.push_back({*count, *bound});
  }
  families.AddHistogram(family, std::move(histogram), {{"namespace", space}});
}

// Where it is told.
void AddCount(const Family& family, const Document& told, std::string_view key,
              Labels labels, Families& families) {
  if (const auto count = CountIn(told, key)) {
    families.AddCounter(family, static_cast<double>(*count), std::move(labels));
  }
}

void AddOutcomes(const std::string& space, const Document& statistics,
                 const char* key, const char* method, Families& families) {
  const Document* told = statistics.Find(key);
  if (told == nullptr) return;
  AddCount(kSucceeded, *told, "succeeded",
           {{"namespace", space}, {"method", method}}, families);
  const Document* refused = told->Find("refused");
  if (refused == nullptr || refused->AsObject() == nullptr) return;
  for (const auto& member : *refused->AsObject()) {
    const std::string& reason = member.first;
    AddCount(kRefused, *refused, reason,
             {{"namespace", space}, {"method", method}, {"reason", reason}},
             families);
  }
}

void AddNamespace(const Document& statistics, Families& families) {
  const std::string space = TextIn(statistics, "namespace");
  if (space.empty()) return;
  if (const auto leases = NumberIn(statistics, "leases")) {
    families.AddGauge(kLeases, *leases, {{"namespace", space}});
  }
  if (const Document* ended = statistics.Find("ended")) {
    for (const char* how : {"released", "revoked"}) {
      AddCount(kEnded, *ended, how, {{"namespace", space}, {"how", how}},
               families);
    }
  }
  AddOutcomes(space, statistics, "acquire", "Acquire", families);
  AddOutcomes(space, statistics, "plan", "Plan", families);
  AddHistogram(kAcquire, space, statistics, "acquire_seconds", families);
  AddHistogram(kSearch, space, statistics, "search_seconds", families);
  AddHistogram(kGap, space, statistics, "gap", families);
}

void AddPolicy(const Document& policy, Families& families) {
  if (const auto number = NumberIn(policy, "number")) {
    families.AddGauge(kPolicy, *number);
  }
  // Who is told its origin is told of mistakes too.
  if (policy.Find("origin") == nullptr) return;
  families.AddGauge(kReloadFailed, policy.Find("error") == nullptr ? 0 : 1);
}

}  // namespace

void AddManagerMetrics(const Document& properties, Families& families) {
  families.AddGauge(kInfo, 1,
                    {{"version", TextIn(properties, "Version")},
                     {"mode", TextIn(properties, "Mode")}});
  if (const auto generation = NumberIn(properties, "Generation")) {
    families.AddGauge(kGeneration, *generation);
  }
  if (const Document* policy = properties.Find("PolicyState")) {
    AddPolicy(*policy, families);
  }
  const Document* statistics = properties.Find("Statistics");
  if (statistics == nullptr) return;
  for (const Document& one : ArrayIn(*statistics, "namespaces")) {
    AddNamespace(one, families);
  }
}

}  // namespace acceld::exporter
