// Injected time. Nothing below daemon/main.cc reads a clock by itself.
#pragma once

#include <chrono>

namespace acceld {

using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  // Monotonic; never goes back. Thread-safe.
  [[nodiscard]] virtual SteadyTime Now() const = 0;
};

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime Now() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace acceld
