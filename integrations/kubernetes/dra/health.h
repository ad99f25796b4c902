// The health of the pool's devices, as the kubelet hears it: what is known now,
// since when, and word of what is next. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "integrations/kubernetes/dra/pool.h"

namespace acceld::dra {

enum class DeviceHealth { kUnknown, kHealthy, kUnhealthy };

struct HealthReport {
  std::string device;  // name in the pool
  DeviceHealth health{};
  std::int64_t since = 0;  // seconds since 1970
  std::string message;     // for people; "" where it is healthy
  friend bool operator==(const HealthReport&, const HealthReport&) = default;
};

// Failed and out-of-use devices are unhealthy; a degraded one serves, with a
// message.
[[nodiscard]] HealthReport ReportOf(const PoolDevice& device, std::int64_t now);

class HealthBoard {
 public:
  // Who is told that there is something new, from the thread that made it.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void Changed() = 0;
  };
  // Until nobody else owns it.
  void Listen(const std::weak_ptr<Listener>& listener);

  // Takes the pool as it is `now`; listeners hear of it where it differs.
  void Update(const Pool& pool, std::int64_t now);
  // Nobody knows any more: acceld does not answer.
  void Lose(std::int64_t now);
  // There is nothing more to come; listeners hear of that.
  void Close();

  struct State {
    std::uint64_t number = 0;  // of the state; 0: none yet
    std::vector<HealthReport> reports;
    bool closed = false;
  };
  [[nodiscard]] State Now() const;

 private:
  void Tell();
  void Take(std::vector<HealthReport> reports);
  mutable std::mutex mutex_;
  State state_;
  std::vector<std::weak_ptr<Listener>> listeners_;
};

}  // namespace acceld::dra
