// The health of the pool's devices, as the kubelet hears it: what was seen
// last, and when, and word of what is next. Thread-safe.
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
  std::string message;  // for people; "" where it is healthy
};

// Failed and out-of-use devices are unhealthy; a degraded one serves, with a
// message.
[[nodiscard]] HealthReport ReportOf(const PoolDevice& device);

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

  // Takes the pool as it was seen at `time`, in seconds since 1970. Listeners
  // hear of it where it is as before, too: a kubelet holds what it was not told
  // for 30 s to be unknown.
  // Source: k8s.io/kubernetes pkg/kubelet/cm/dra/healthinfo.go.
  void Update(const Pool& pool, std::int64_t time);
  // Nobody knows any more: acceld does not answer.
  void Lose(std::int64_t time);
  // There is nothing more to come; listeners hear of that.
  void Close();

  struct State {
    std::uint64_t number = 0;  // of the state; 0: none yet
    std::int64_t time = 0;     // when that was seen
    std::vector<HealthReport> reports;
    bool closed = false;
  };
  [[nodiscard]] State Now() const;

 private:
  void Tell();
  void Take(std::vector<HealthReport> reports, std::int64_t time);
  mutable std::mutex mutex_;
  State state_;
  std::vector<std::weak_ptr<Listener>> listeners_;
};

}  // namespace acceld::dra
