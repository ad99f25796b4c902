#include "daemon/policy_watch.h"

#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace acceld::daemon {
namespace {

// The names that policy/directory.h reads.
bool IsPolicyName(std::string_view name) {
  return name.ends_with(".json") && !name.starts_with('.');
}

}  // namespace

PolicyWatch::PolicyWatch(DirectoryWatch watch, EventLoop& loop,
                         const Clock& clock, std::function<void()> changed)
    : watch_(std::move(watch)),
      loop_(loop),
      clock_(clock),
      changed_(std::move(changed)) {}

Result<std::unique_ptr<PolicyWatch>> PolicyWatch::Start(
    const std::string& directory, EventLoop& loop, const Clock& clock,
    std::function<void()> changed) {
  ACCELD_TRY(DirectoryWatch directory_watch,
             DirectoryWatch::Open(directory, IsPolicyName));
  std::unique_ptr<PolicyWatch> watch(new PolicyWatch(
      std::move(directory_watch), loop, clock, std::move(changed)));
  ACCELD_TRY(watch->readable_,
             loop.WatchFd(watch->watch_.fd(), EPOLLIN,
                          [self = watch.get()](std::uint32_t) {
                            if (self->watch_.Next()) self->OnChange();
                          }));
  return watch;
}

void PolicyWatch::OnChange() {
  const SteadyTime now = clock_.Now();
  quiet_.OnChange(now);
  const auto wait =
      std::max(std::chrono::duration_cast<std::chrono::microseconds>(
                   *quiet_.due() - now),
               std::chrono::microseconds(0));
  auto timer = loop_.After(wait, [this] { Tell(); });
  if (timer) {
    timer_ = *std::move(timer);
    return;
  }
  Tell();
}

void PolicyWatch::Tell() {
  quiet_.Clear();
  changed_();
}

}  // namespace acceld::daemon
