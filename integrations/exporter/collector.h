// Collector: what is scraped. Asks the daemon when somebody scrapes, at most so
// often, and shows nothing of before where the daemon does not answer.
// Thread-safe: scrapes at the same time share one answer.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"

namespace acceld::exporter {

// What the daemon tells the exporter's user.
struct Told {
  Document properties;  // of the manager
  Document devices;
};
// Errors: kUnavailable (nobody there), and whatever the daemon answers.
using Ask = std::function<Result<Told>()>;

class Collector final : public prometheus::Collectable {
 public:
  // `clock` must outlive it. An answer, or its absence, is good for
  // `good_for`.
  Collector(Ask ask, const Clock& clock, std::chrono::nanoseconds good_for)
      : ask_(std::move(ask)), clock_(clock), good_for_(good_for) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void AskAgain() const;  // the caller holds mutex_

  const Ask ask_;
  const Clock& clock_;
  const std::chrono::nanoseconds good_for_;
  // Collect() is const in the library's interface.
  mutable std::mutex mutex_;
  mutable std::optional<SteadyTime> asked_;  // when, the last time
  mutable std::chrono::duration<double> took_{0};
  mutable std::optional<Told> told_;  // nothing: no answer
  mutable std::int64_t asks_ = 0;
  mutable std::map<ErrorCode, std::int64_t> failures_;
};

}  // namespace acceld::exporter
