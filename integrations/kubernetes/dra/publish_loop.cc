#include "integrations/kubernetes/dra/publish_loop.h"

#include <cstdint>

#include "base/log.h"
#include "integrations/kubernetes/dra/back_off.h"

namespace acceld::dra {

PublishLoop::PublishLoop(Publisher& publisher, const Inventory& inventory,
                         std::chrono::milliseconds look)
    : publisher_(publisher),
      inventory_(inventory),
      look_(look),
      thread_([this] { Run(); }) {}

PublishLoop::~PublishLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void PublishLoop::Poke() {
  {
    const std::lock_guard lock(mutex_);
    poked_ = true;
  }
  woken_.notify_all();
}

std::chrono::milliseconds PublishLoop::PublishOnce() {
  // Another instance of the plugin may write at the same time, briefly.
  constexpr int kMostConflicts = 3;
  const auto now = inventory_.Now();
  if (now == nullptr) return look_;
  auto outcome = publisher_.Reconcile(now->pool);
  for (int i = 0; i < kMostConflicts && !outcome &&
                  outcome.error().code == ErrorCode::kStale;
       ++i) {
    outcome = publisher_.Reconcile(now->pool);
  }
  if (outcome) {
    failures_ = 0;
    if (outcome->written + outcome->deleted > 0) {
      Log(LogLevel::kInfo, "slices_published",
          {{"written", outcome->written},
           {"deleted", outcome->deleted},
           {"devices", now->pool.devices.size()}});
    }
    return Spread(look_, static_cast<std::uint32_t>(chance_()));
  }
  ++failures_;
  const auto wait =
      Spread(BackOff(failures_), static_cast<std::uint32_t>(chance_()));
  Log(LogLevel::kWarning, "slices_not_published",
      {{"error", outcome.error().message}, {"again_in_ms", wait.count()}});
  return wait;
}

void PublishLoop::Run() {
  std::chrono::milliseconds wait{0};
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      // After a failure nothing hurries: the server has enough to do.
      woken_.wait_for(lock, wait,
                      [&] { return stopping_ || (poked_ && failures_ == 0); });
      if (stopping_) return;
      poked_ = false;
    }
    wait = PublishOnce();
  }
}

}  // namespace acceld::dra
