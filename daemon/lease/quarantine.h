// Quarantine: what leases that ended had bound, until each is proven closed and
// given back to the machine. Revoking is done at once; who still holds a device
// is asked again and again, ever less often.
// Loop thread only; what may block runs through OffLoop.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/event_loop.h"
#include "daemon/grant/binding.h"
#include "daemon/grant/holders.h"
#include "daemon/lease/unread_grants.h"
#include "policy/subject.h"

namespace acceld::daemon {

// Threads and timers, for which tests have their own.
class OffLoop {
 public:
  virtual ~OffLoop() = default;
  // Runs `work` on another thread and then `done` in the loop.
  // Errors: kBusy, kQuotaExceeded, kUnavailable; neither is called then.
  [[nodiscard]] virtual Status Run(uid_t user, std::function<void()> work,
                                   std::function<void()> done) = 0;
  // Calls `due` in the loop, once, after `delay`. Errors: those of EventLoop.
  [[nodiscard]] virtual Result<EventLoop::Source> After(
      std::chrono::microseconds delay, std::function<void()> due) = 0;
};

class Quarantine {
 public:
  static constexpr std::chrono::milliseconds kFirstWait{100};
  static constexpr std::chrono::milliseconds kLongestWait{5000};

  // Whose device it was.
  struct Origin {
    std::string lease;      // id
    policy::Subject owner;  // of the lease, as it asked for it
    std::string device;     // key
    // What was sent to the client and not read; null: nothing.
    std::shared_ptr<const UnreadGrants> unread = {};
    // How long it rests once it is given back, before it is free.
    std::chrono::nanoseconds rest{0};
  };
  // What is known of a device that is not given back yet.
  struct Stay {
    Origin origin;
    SteadyTime since;
    std::vector<Holder> holders;  // as last seen; empty: not known, or nobody
    std::string trouble;          // why it could not be looked at or given back
  };

  // Both must outlive it.
  Quarantine(OffLoop& off_loop, const Clock& clock)
      : off_loop_(off_loop), clock_(clock) {}

  // Revokes `binding` now. In the loop and never from within, `given_back`
  // (which may be null) is called when the device is proven closed and given
  // back, and `freed` when it has rested too.
  void Take(Origin origin, std::unique_ptr<Binding> binding,
            std::function<void()> freed,
            std::function<void()> given_back = nullptr);

  // No rest for what is given back from now on, nor for what rests: the daemon
  // leaves, and nobody gets a lease.
  void EndRests();

  // Those on a device now, or all.
  [[nodiscard]] std::vector<Stay> StaysOn(const std::string& device) const;
  [[nodiscard]] std::vector<Stay> Stays() const;
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  struct Entry;
  struct Attempt;
  void Try(const std::shared_ptr<Entry>& entry);
  void OnTried(const std::shared_ptr<Entry>& entry, Attempt attempt);
  void Wait(const std::shared_ptr<Entry>& entry);
  // It is given back: frees it, after its rest.
  void Rest(const std::shared_ptr<Entry>& entry);
  void Free(const std::shared_ptr<Entry>& entry);

  OffLoop& off_loop_;
  const Clock& clock_;
  bool rests_ = true;
  std::list<std::shared_ptr<Entry>> entries_;
};

}  // namespace acceld::daemon
