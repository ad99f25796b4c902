// The broker's private parts, shared by its source files.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "daemon/broker.h"
#include "daemon/grant/binder.h"

namespace acceld::daemon {

// Runs `work` on a solver thread: what it throws ends this request, not the
// daemon.
template <typename Value, typename Work>
Result<Value> Guarded(Work work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kNoMemory, "out of memory");
  } catch (const std::exception& bug) {
    Log(LogLevel::kError, "solver_bug", {{"what", bug.what()}});
    return Fail(ErrorCode::kInternal, "a bug; see the daemon's log");
  }
}

// An Acquire on its way.
struct Broker::Pending {
  Asker asker;
  Document pipeline;
  UniqueFd session;
  std::optional<ClientProcess> client;  // once it was looked up
  bool keep = false;
  bool by_socket = false;
  bool explain = false;
  std::string label;
  std::chrono::nanoseconds linger{0};
  AcquireDone done;
  accounting::LeaseCharge lease_charge;
  accounting::Accounts::Solve solve;  // while it is being solved
  int retries = 0;
  Snapshot snapshot;  // that the running solve uses
  // From here on: of the placement that was reserved.
  SolvedRequest solved;
  LeaseCharges charges;
  accounting::LeaseCharge quota;
  std::vector<Bound> bound;
  std::vector<UniqueFd> buffers;  // of huge pages; as the placement's

  // The process whose open() binds devices, where it is the one that asks: not
  // where others come for the grants.
  [[nodiscard]] std::optional<ProcessId> opener() const {
    if (by_socket || !client) return std::nullopt;
    return client->id;
  }
};

// A lease that ended, or one that came to nothing, until its devices are proven
// closed and given back.
struct Broker::Ending {
  LeaseId id;  // empty: it came to nothing
  LeaseCharges charges;
  accounting::LeaseCharge lease_charge;
  accounting::LeaseCharge quota;
  std::shared_ptr<const UnreadGrants> unread;  // null: none
  std::vector<soft::QueueId> queues;           // not yet proven closed
  int bindings = 0;                            // not yet given back
  ReleaseDone done;
  EventLoop::Source patience;  // answers `done` when it runs out
};

}  // namespace acceld::daemon
