#include "integrations/exporter/collector.h"

#include <utility>

#include "base/log.h"
#include "integrations/exporter/device_metrics.h"
#include "integrations/exporter/families.h"
#include "integrations/exporter/manager_metrics.h"

namespace acceld::exporter {
namespace {

constexpr Family kUp{"acceld_up",
                     "1 where acceld answered; else there are no other metrics "
                     "of it."};
constexpr Family kAsks{"acceld_exporter_asks_total",
                       "How often the exporter asked acceld."};
constexpr Family kFailures{
    "acceld_exporter_failed_asks_total",
    "How often it got no answer, or a refusal, by the kind of error."};
constexpr Family kTook{"acceld_exporter_ask_seconds",
                       "How long asking took, the last time."};

}  // namespace

void Collector::AskAgain() const {
  const bool was_up = told_.has_value();
  const SteadyTime start = clock_.Now();
  auto answer = ask_();
  asked_ = clock_.Now();
  took_ = *asked_ - start;
  ++asks_;
  told_.reset();
  if (answer) {
    told_ = *std::move(answer);
    if (!was_up) Log(LogLevel::kInfo, "acceld_answers", {});
    return;
  }
  ++failures_[answer.error().code];
  if (asks_ > 1 && !was_up) return;  // said before
  Log(LogLevel::kWarning, "acceld_does_not_answer",
      {{"code", ErrorCodeName(answer.error().code)},
       {"what", answer.error().message}});
}

std::vector<prometheus::MetricFamily> Collector::Collect() const {
  const std::lock_guard lock(mutex_);
  if (!asked_ || clock_.Now() - *asked_ >= good_for_) AskAgain();
  Families families;
  families.AddGauge(kUp, told_ ? 1 : 0);
  families.AddCounter(kAsks, static_cast<double>(asks_));
  for (const auto& [code, count] : failures_) {
    families.AddCounter(kFailures, static_cast<double>(count),
                        {{"reason", std::string(ErrorCodeName(code))}});
  }
  families.AddGauge(kTook, took_.count());
  if (told_) {
    AddManagerMetrics(told_->properties, families);
    AddDeviceMetrics(told_->devices, families);
  }
  return families.Take();
}

}  // namespace acceld::exporter
