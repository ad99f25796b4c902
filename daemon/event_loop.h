// The daemon's one event loop (sd-event): file descriptors, signals, and calls
// from other threads. Everything but Post() and Stop() belongs to the thread
// that runs it.
#pragma once

#include <systemd/sd-event.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"

namespace acceld::daemon {

class EventLoop {
 public:
  // What keeps a source alive; destroying it removes the source.
  class Source {
   public:
    Source();
    Source(Source&&) noexcept;
    Source& operator=(Source&&) noexcept;
    ~Source();

   private:
    friend class EventLoop;
    struct State;
    explicit Source(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // Where the service manager watches (WATCHDOG_USEC), the loop that runs tells
  // it so, as sd_watchdog_enabled(3) says. Errors: kIo, kNoMemory.
  [[nodiscard]] static Result<std::unique_ptr<EventLoop>> Make();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Calls `ready(revents)` while `fd` has one of `events` (EPOLLIN...; EPOLLHUP
  // always). `fd` stays the caller's and must outlive the source.
  [[nodiscard]] Result<Source> WatchFd(
      int fd, std::uint32_t events,
      std::function<void(std::uint32_t revents)> ready);
  // Blocks `signal` in the calling thread (so: before other threads start) and
  // calls `raised` in the loop instead.
  [[nodiscard]] Result<Source> WatchSignal(int signal,
                                           std::function<void()> raised);
  // Calls `due` once, after `delay`.
  [[nodiscard]] Result<Source> After(std::chrono::microseconds delay,
                                     std::function<void()> due);

  // Runs `call` in the loop soon. Thread-safe. Calls run in the order posted.
  void Post(std::function<void()> call);

  // Drops what was posted and not yet called. For shutting down: what it holds
  // may need parts that are about to go.
  void DropPosted();

  // Returns after Stop(). Errors: kIo.
  [[nodiscard]] Status Run();
  // Thread-safe.
  void Stop();

  // For libraries that attach themselves (sd_bus_attach_event).
  [[nodiscard]] sd_event* native() const { return event_; }

 private:
  struct Mailbox;
  explicit EventLoop(sd_event* event);
  sd_event* event_;
  std::unique_ptr<Mailbox> mailbox_;
};

}  // namespace acceld::daemon
