#include "integrations/kubernetes/dra/slice_watch.h"

#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "base/log.h"
#include "integrations/kubernetes/dra/back_off.h"

namespace acceld::dra {
namespace {

using Clock = std::chrono::steady_clock;

// A watch that lasted less is as one that failed.
constexpr std::chrono::seconds kShort{30};

}  // namespace

SliceWatch::SliceWatch(KubernetesApi& api, Release release, std::string node,
                       std::function<void()> changed)
    : api_(api),
      release_(std::move(release)),
      node_(std::move(node)),
      changed_(std::move(changed)),
      thread_([this] { Run(); }) {}

SliceWatch::~SliceWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void SliceWatch::Run() {
  std::minstd_rand chance{std::random_device()()};
  int failures = 0;
  for (;;) {
    const auto start = Clock::now();
    const Status watched = api_.WatchSlices(release_, node_, changed_);
    failures = Clock::now() - start < kShort ? failures + 1 : 1;
    std::unique_lock lock(mutex_);
    if (!watched && !stopping_ && failures == 1) {
      Log(LogLevel::kWarning, "slices_not_watched",
          {{"error", watched.error().message}});
    }
    const auto wait =
        Spread(BackOff(failures), static_cast<std::uint32_t>(chance()));
    if (woken_.wait_for(lock, wait, [&] { return stopping_; })) return;
    lock.unlock();
    changed_();
  }
}

}  // namespace acceld::dra
