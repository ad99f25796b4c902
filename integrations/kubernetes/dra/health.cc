#include "integrations/kubernetes/dra/health.h"

#include <utility>

namespace acceld::dra {

HealthReport ReportOf(const PoolDevice& device) {
  HealthReport report{device.name, DeviceHealth::kHealthy, {}};
  if (device.health == "unknown") {
    // Nothing watches it: the kernel has no word for this device's state.
    report.health = DeviceHealth::kUnknown;
  }
  if (device.health != "ok" && device.health != "unknown") {
    report.message = "health: " + device.health;
  }
  if (device.health == "failed") report.health = DeviceHealth::kUnhealthy;
  if (device.taint.starts_with("refuse: ")) {
    report.health = DeviceHealth::kUnhealthy;
    if (!report.message.empty()) report.message.append("; ");
    report.message.append("out of use: ")
        .append(device.taint.substr(device.taint.find(' ') + 1));
  }
  return report;
}

void HealthBoard::Listen(const std::weak_ptr<Listener>& listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(listener);
}

// Outside of the lock: a listener looks at the state.
void HealthBoard::Tell() {
  std::vector<std::shared_ptr<Listener>> listening;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
    for (const auto& one : listeners_) listening.push_back(one.lock());
  }
  for (const auto& one : listening) {
    if (one != nullptr) one->Changed();
  }
}

void HealthBoard::Take(std::vector<HealthReport> reports, std::int64_t time) {
  {
    const std::lock_guard lock(mutex_);
    state_.reports = std::move(reports);
    state_.time = time;
    ++state_.number;
  }
  Tell();
}

void HealthBoard::Update(const Pool& pool, std::int64_t time) {
  std::vector<HealthReport> reports;
  for (const PoolDevice& device : pool.devices) {
    reports.push_back(ReportOf(device));
  }
  Take(std::move(reports), time);
}

void HealthBoard::Lose(std::int64_t time) {
  std::vector<HealthReport> reports = Now().reports;
  for (HealthReport& report : reports) {
    report = {report.device, DeviceHealth::kUnknown, "acceld does not answer"};
  }
  Take(std::move(reports), time);
}

void HealthBoard::Close() {
  {
    const std::lock_guard lock(mutex_);
    state_.closed = true;
  }
  Tell();
}

HealthBoard::State HealthBoard::Now() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace acceld::dra
