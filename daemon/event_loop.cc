#include "daemon/event_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/unique_fd.h"

namespace acceld::daemon {

struct EventLoop::Source::State {
  ~State() { sd_event_source_disable_unref(source); }
  sd_event_source* source = nullptr;
  std::function<void(std::uint32_t)> call;
};

namespace {

// Above a callback are the C frames of sd-event: nothing may be thrown there.
template <typename Call, typename... Arguments>
void CallSafely(const Call& call, Arguments... arguments) {
  try {
    call(arguments...);
  } catch (const std::exception& bug) {
    Log(LogLevel::kError, "loop_bug", {{"what", bug.what()}});
  }
}

}  // namespace

EventLoop::Source::Source() = default;
EventLoop::Source::Source(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
EventLoop::Source::Source(Source&&) noexcept = default;
EventLoop::Source& EventLoop::Source::operator=(Source&&) noexcept = default;
EventLoop::Source::~Source() = default;

// Calls from other threads wait here; an eventfd wakes the loop.
struct EventLoop::Mailbox {
  UniqueFd wake;
  Source source;
  std::mutex mutex;
  std::vector<std::function<void()>> calls;  // guarded by mutex

  void Deliver() {
    std::uint64_t count = 0;
    (void)!::read(wake.get(), &count, sizeof count);
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex);
      due.swap(calls);
    }
    for (auto& call : due) CallSafely(call);
  }
};

EventLoop::EventLoop(sd_event* event)
    : event_(event), mailbox_(std::make_unique<Mailbox>()) {}

EventLoop::~EventLoop() {
  mailbox_.reset();
  sd_event_unref(event_);
}

Result<std::unique_ptr<EventLoop>> EventLoop::Make() {
  sd_event* event = nullptr;
  if (const int error = sd_event_new(&event); error < 0) {
    return FailErrno("make the event loop", -error);
  }
  std::unique_ptr<EventLoop> loop(new EventLoop(event));
  if (const int error = sd_event_set_watchdog(event, 1); error < 0) {
    return FailErrno("tell the service manager that the loop runs", -error);
  }
  Mailbox& mailbox = *loop->mailbox_;
  mailbox.wake = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!mailbox.wake.valid()) return FailErrno("eventfd", errno);
  ACCELD_TRY(mailbox.source,
             loop->WatchFd(mailbox.wake.get(), EPOLLIN,
                           [&mailbox](std::uint32_t) { mailbox.Deliver(); }));
  return loop;
}

Result<EventLoop::Source> EventLoop::WatchFd(
    int fd, std::uint32_t events, std::function<void(std::uint32_t)> ready) {
  auto state = std::make_unique<Source::State>();
  state->call = std::move(ready);
  const int error = sd_event_add_io(
      event_, &state->source, fd, events,
      [](sd_event_source*, int, std::uint32_t revents, void* data) {
        // A copy: the callback may destroy its own source.
        const auto call = static_cast<Source::State*>(data)->call;
        CallSafely(call, revents);
        return 0;
      },
      state.get());
  if (error < 0) return FailErrno("watch a descriptor", -error);
  return Source(std::move(state));
}

Result<EventLoop::Source> EventLoop::WatchSignal(int signal,
                                                 std::function<void()> raised) {
  sigset_t set;
  (void)sigemptyset(&set);
  (void)sigaddset(&set, signal);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return FailErrno("block a signal", error);
  }
  auto state = std::make_unique<Source::State>();
  state->call = [raised = std::move(raised)](std::uint32_t) { raised(); };
  const int error = sd_event_add_signal(
      event_, &state->source, signal,
      [](sd_event_source*, const signalfd_siginfo*, void* data) {
        const auto call = static_cast<Source::State*>(data)->call;
        CallSafely(call, std::uint32_t{0});
        return 0;
      },
      state.get());
  if (error < 0) return FailErrno("watch a signal", -error);
  return Source(std::move(state));
}

Result<EventLoop::Source> EventLoop::After(std::chrono::microseconds delay,
                                           std::function<void()> due) {
  auto state = std::make_unique<Source::State>();
  state->call = [due = std::move(due)](std::uint32_t) { due(); };
  // sd-event's own accuracy is 250 ms, longer than some delays.
  const auto accuracy = std::max<std::int64_t>(delay.count() / 10, 1);
  const int error = sd_event_add_time_relative(
      event_, &state->source, CLOCK_MONOTONIC,
      static_cast<std::uint64_t>(delay.count()),
      static_cast<std::uint64_t>(accuracy),
      [](sd_event_source*, std::uint64_t, void* data) {
        const auto call = static_cast<Source::State*>(data)->call;
        CallSafely(call, std::uint32_t{0});
        return 0;
      },
      state.get());
  if (error < 0) return FailErrno("arm a timer", -error);
  return Source(std::move(state));
}

void EventLoop::Post(std::function<void()> call) {
  {
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->calls.push_back(std::move(call));
  }
  const std::uint64_t one = 1;
  (void)!::write(mailbox_->wake.get(), &one, sizeof one);
}

void EventLoop::DropPosted() {
  std::vector<std::function<void()>> dropped;  // destroyed without the lock
  {
    const std::lock_guard lock(mailbox_->mutex);
    dropped.swap(mailbox_->calls);
  }
}

Status EventLoop::Run() {
  const int error = sd_event_loop(event_);
  if (error < 0) return FailErrno("run the event loop", -error);
  return {};
}

void EventLoop::Stop() {
  Post([this] { (void)sd_event_exit(event_, 0); });
}

}  // namespace acceld::daemon
