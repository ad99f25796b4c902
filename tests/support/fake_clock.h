// FakeClock: time that only a test moves. Tests only.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace acceld::testing {

class FakeClock final : public Clock {
 public:
  // `step` passes at every look.
  explicit FakeClock(std::chrono::nanoseconds step = {}) : step_(step) {}
  [[nodiscard]] SteadyTime Now() const override {
    now_ += step_;
    ++looks_;
    return now_;
  }
  void Advance(std::chrono::nanoseconds by) { now_ += by; }
  [[nodiscard]] int looks() const { return looks_; }

 private:
  mutable SteadyTime now_;
  mutable int looks_ = 0;
  std::chrono::nanoseconds step_;
};

}  // namespace acceld::testing
