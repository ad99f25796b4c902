#include "daemon/off_loop.h"

#include <utility>

namespace acceld::daemon {

Status ThreadsOffLoop::Run(uid_t user, std::function<void()> work,
                           std::function<void()> done) {
  // What `done` holds is handed back whole: a share of it kept here could be
  // the last one, and end on this thread.
  return threads_.Submit(
      user, [this, work = std::move(work), done = std::move(done)]() mutable {
        work();
        work = nullptr;
        loop_.Post(std::move(done));
      });
}

Result<EventLoop::Source> ThreadsOffLoop::After(std::chrono::microseconds delay,
                                                std::function<void()> due) {
  return loop_.After(delay, std::move(due));
}

}  // namespace acceld::daemon
