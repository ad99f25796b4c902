// The workers behind the software accelerators: starts one per user, hands out
// queues, and proves them closed. What the daemon's grant code uses for a
// `soft` grant.
//
//   auto pool = WorkerPool::Make({}, {on_detached, on_lost}, clock);
//   auto fd = pool->Attach(uid, queue, "digest/sha256", "0-3");
//   ... when epoll_fd() is readable: pool->Dispatch();
//   pool->Detach(uid, queue);            // on_detached(uid, queue) follows
//
// Belongs to one thread (the event loop's). Nothing blocks but the destructor
// (until the workers are gone, at most 2 s for each that is
// stuck).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/soft/control.h"
#include "daemon/soft/death_record.h"

namespace acceld::soft {

struct WorkerPoolOptions {
  // The worker program; empty: as FindWorkerProgram().
  std::string program;
  // Whom workers become where the daemon is root (not 0).
  uid_t run_as = 65534;
  // How long a worker without queues stays, so that a user who acquires again
  // and again does not pay for a process each time.
  std::chrono::milliseconds linger{10'000};
  // How long a worker may take to close a queue. One chunk of work is far
  // below; longer means that the client holds the thread in a page fault, and
  // then the worker (its own, all its queues) is killed.
  std::chrono::milliseconds detach_limit{2'000};
};

// Called from Dispatch only, and free to call the pool again.
struct WorkerPoolEvents {
  // The worker holds nothing of this queue any more.
  std::function<void(uid_t, QueueId)> on_detached;
  // The worker ended, or could not take the queue: the leases are lost (and
  // the queues closed). Not for queues that were being detached.
  std::function<void(uid_t, const std::vector<QueueId>&)> on_lost;
};

class WorkerPool {
 public:
  // Starts nothing yet. `clock` must outlive the pool. Errors: kNotFound (no
  // worker program), kIo, kNoMemory.
  [[nodiscard]] static Result<std::unique_ptr<WorkerPool>> Make(
      WorkerPoolOptions options, WorkerPoolEvents events, const Clock& clock);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Ends every worker, without events.
  ~WorkerPool();

  // A new queue of `user` for one function of the vocabulary, served on `cpus`
  // (as sysfs writes them, "0-3,8"; empty: anywhere). Returns the client's end,
  // close-on-exec. Starts the worker where none runs, without waiting for it;
  // the worker hears of the queue by SendOrders(). Until then what a client
  // writes waits in the queue.
  // Errors: kUnsupported (no such function), kInvalidArgument (the id is in
  // use), kCorruptInput (the CPU list), kUnavailable (this user's workers keep
  // dying), kNotFound, kPermissionDenied, kNoMemory, kIo.
  [[nodiscard]] Result<UniqueFd> Attach(uid_t user, QueueId queue,
                                        std::string_view function,
                                        std::string_view cpus);
  // Tells workers of the queues that were attached: one message each, which
  // wakes them, so it is for when the client has its answer. A worker that died
  // unseen is replaced; one that fails or does not keep up shows as on_lost.
  void SendOrders();
  // Closes a queue; on_detached says when that is done, whatever the worker
  // does. Errors: kNotFound (the pool holds no such queue, or it is being
  // detached already).
  [[nodiscard]] Status Detach(uid_t user, QueueId queue);

  // Readable when Dispatch has something to do. A timer is behind it only
  // while a worker is idle or closing a queue.
  [[nodiscard]] int epoll_fd() const { return epoll_.get(); }
  void Dispatch();

  // Process ids of the workers that run or are ending, for people and tests.
  [[nodiscard]] std::vector<pid_t> worker_pids() const;

 private:
  struct Tenant;      // a user's worker and its queues
  struct Happenings;  // what one Dispatch has to tell
  using Serial = std::uint64_t;

  WorkerPool(WorkerPoolOptions options, WorkerPoolEvents events,
             const Clock& clock, UniqueFd epoll, UniqueFd timer);

  [[nodiscard]] Result<Tenant*> FindOrStart(uid_t user);
  // Errors: those of soft::SendOrder(), of the first that was not sent.
  [[nodiscard]] static Status SendOrdersTo(Tenant& tenant);
  // Gives what a worker that is gone was not told of to a new one, if it can.
  void Replace(Tenant& gone);
  [[nodiscard]] Status Watch(int fd, std::uint64_t token);
  // Retires a worker that failed, and holds that against its user.
  void GiveUp(Tenant& tenant, std::string_view event);
  // Kills the worker; its user's next Attach starts another one. Its queues
  // are told of when the process has ended.
  void Retire(Tenant& tenant);
  void ReadReports(Tenant& tenant, Happenings& happenings);
  [[nodiscard]] bool Believe(Tenant& tenant, const Report& report,
                             Happenings& happenings);
  void Bury(Tenant& tenant, Happenings& happenings);
  void Settle(Tenant& tenant);
  void ExpireDeadlines();
  void ArmTimer();
  void Tell(const Happenings& happenings) const;

  const WorkerPoolOptions options_;
  const WorkerPoolEvents events_;
  const Clock& clock_;
  UniqueFd epoll_;
  UniqueFd timer_;
  Serial next_serial_ = 1;
  std::map<Serial, std::unique_ptr<Tenant>> tenants_;  // also the ending ones
  std::map<uid_t, Tenant*> by_user_;  // the one that takes new queues
  DeathRecord deaths_;
};

}  // namespace acceld::soft
