// The socket between the daemon and a worker: orders one way, reports the
// other. SOCK_SEQPACKET, one fixed-size message each; both ends are of one
// build, so there is no version to negotiate, only one to check.
//
//   daemon                          worker
//   Attach{queue, opcodes, cpus}+fd ->        serves the queue in a new thread
//                                   <- Ready  once, when the sandbox is shut
//   Detach{queue}                   ->        stops the queue ...
//                                   <- Detached{queue}  ... and it is closed
//                                   <- Lost{queue}   an Attach that failed
//
// Detached is the proof that a lease's queue is closed: its thread is gone,
// and so are the socket and the client's memory file. A Detach of a queue that
// the worker does not (or no longer) serve is answered at once.
// The worker exits when the daemon closes its end.
//
// The daemon does not trust reports: a worker that says anything else is
// killed. Functions, not classes: no state, thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/strong.h"
#include "base/unique_fd.h"
#include "daemon/soft/cpu_set.h"
#include "daemon/soft/functions/opcode_mask.h"

namespace acceld::soft {

struct QueueIdTag {};
// Names a queue between the daemon and its workers; the daemon chooses it and
// never uses one twice.
using QueueId = Strong<QueueIdTag, std::uint64_t>;

struct Order {
  enum class Type : std::uint16_t { kAttach = 1, kDetach = 2 };
  Type type{};
  QueueId queue;
  OpcodeMask opcodes = 0;  // kAttach
  CpuSet cpus;             // kAttach: where the thread may run; empty: anywhere
  UniqueFd socket;         // kAttach: the worker's end of the queue
};

struct Report {
  enum class Type : std::uint16_t { kReady = 1, kDetached = 2, kLost = 3 };
  Type type{};
  QueueId queue;  // kDetached, kLost
};

// Does not block. Errors: kBusy (the worker does not read its orders),
// kDeviceGone (it is gone), kIo.
[[nodiscard]] Status SendOrder(int control, const Order& order);
// Blocks. Errors: kUnavailable (the daemon closed its end), kCorruptInput, kIo.
[[nodiscard]] Result<Order> ReceiveOrder(int control);

// Blocks. Errors: kDeviceGone, kIo.
[[nodiscard]] Status SendReport(int control, const Report& report);
// Does not block; nothing where no report waits. Takes no descriptors. Errors:
// kDeviceGone (the worker closed its end), kCorruptInput, kIo.
[[nodiscard]] Result<std::optional<Report>> ReceiveReport(int control);

}  // namespace acceld::soft
