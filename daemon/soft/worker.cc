#include "daemon/soft/worker.h"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <span>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/soft/queue.h"

namespace acceld::soft {

// The thread starts with the client's first message: a lease that is never
// worked on costs none.
struct Worker::QueueThread {
  UniqueFd socket;
  OpcodeMask opcodes = 0;
  CpuSet cpus;
  std::atomic<bool> stop = false;  // set by the worker, read by the queue
  std::atomic<bool> done = false;  // set by the queue's thread as its last act
  bool detached = false;           // the daemon waits for the end
  std::thread thread;
};

namespace {

// Best effort: a cpuset may have taken these CPUs away since.
void StayOn(const CpuSet& cpus) {
  if (cpus.IsEmpty()) return;
  (void)::sched_setaffinity(
      0, sizeof cpus.words,
      reinterpret_cast<const cpu_set_t*>(cpus.words.data()));
}

}  // namespace

Result<Worker> Worker::Make(UniqueFd control, const Clock& clock) {
  UniqueFd finished(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!finished.valid()) return FailErrno("make an eventfd", errno);
  return Worker(std::move(control), std::move(finished), clock);
}

Worker::Worker(UniqueFd control, UniqueFd finished, const Clock& clock)
    : control_(std::move(control)),
      finished_(std::move(finished)),
      clock_(&clock) {}

Worker::Worker(Worker&&) noexcept = default;

Worker::~Worker() {
  for (auto& [id, queue] : queues_) {
    if (!queue->thread.joinable()) continue;
    // A thread may be stuck in the client's memory (a page fault that the
    // client serves itself). It uses what the queue holds: leave both to exit.
    queue->thread.detach();
    (void)queue.release();
  }
}

Status Worker::Run() {
  ACCELD_TRY_VOID(SendReport(control_.get(), {Report::Type::kReady, {}}));
  std::vector<pollfd> waiting;
  for (;;) {
    ListWaiting(waiting);
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return FailErrno("wait for orders", errno);
    }
    ACCELD_TRY_VOID(StartReady(std::span(waiting).subspan(2)));
    if (waiting[1].revents != 0) ACCELD_TRY_VOID(Collect());
    if (waiting[0].revents == 0) continue;
    auto order = ReceiveOrder(control_.get());
    if (!order && order.error().code == ErrorCode::kUnavailable) return {};
    if (!order) return Fail(std::move(order.error()));
    ACCELD_TRY_VOID(Obey(*std::move(order)));
  }
}

void Worker::ListWaiting(std::vector<pollfd>& waiting) const {
  waiting.assign(
      {pollfd{control_.get(), POLLIN, 0}, pollfd{finished_.get(), POLLIN, 0}});
  for (const auto& [id, queue] : queues_) {
    if (queue->thread.joinable()) continue;
    waiting.push_back({queue->socket.get(), POLLIN, 0});
  }
}

Status Worker::StartReady(std::span<const pollfd> unstarted) {
  auto ready = unstarted.begin();
  std::vector<QueueId> lost;
  for (auto& [id, queue] : queues_) {
    if (queue->thread.joinable()) continue;
    const pollfd& polled = *ready++;  // in the order of ListWaiting
    if (polled.revents != 0 && !Start(*queue)) lost.push_back(id);
  }
  for (const QueueId id : lost) {
    queues_.erase(id);
    ACCELD_TRY_VOID(SendReport(control_.get(), {Report::Type::kLost, id}));
  }
  return {};
}

bool Worker::Start(QueueThread& queue) {
  const auto serve = [self = &queue, clock = clock_,
                      finished = finished_.get()] {
    StayOn(self->cpus);
    Queue(self->socket.get(), self->opcodes, *clock, self->stop).Serve();
    self->done.store(true, std::memory_order_release);
    (void)::eventfd_write(finished, 1);
  };
  try {
    queue.thread = std::thread(serve);
    return true;
  } catch (const std::system_error&) {
    return false;  // no more threads or memory: the other queues stand
  }
}

Status Worker::Obey(Order order) {
  if (order.type == Order::Type::kDetach) return Detach(order.queue);
  return Attach(std::move(order));
}

Status Worker::Attach(Order order) {
  if (queues_.contains(order.queue)) {
    return Fail(ErrorCode::kCorruptInput, "a queue was attached twice");
  }
  if (!order.socket.valid()) {  // descriptors ran out
    return SendReport(control_.get(), {Report::Type::kLost, order.queue});
  }
  auto queue = std::make_unique<QueueThread>();
  queue->socket = std::move(order.socket);
  queue->opcodes = order.opcodes;
  queue->cpus = order.cpus;
  queues_.emplace(order.queue, std::move(queue));
  return {};
}

Status Worker::Detach(QueueId id) {
  const auto found = queues_.find(id);
  if (found == queues_.end()) {
    return SendReport(control_.get(), {Report::Type::kDetached, id});
  }
  QueueThread& queue = *found->second;
  if (!queue.thread.joinable()) {  // never used
    queues_.erase(found);
    return SendReport(control_.get(), {Report::Type::kDetached, id});
  }
  queue.detached = true;
  // Wakes the thread wherever it waits for the client. First, so that nothing
  // is said of an operation that is broken off.
  (void)::shutdown(queue.socket.get(), SHUT_RDWR);
  queue.stop.store(true, std::memory_order_release);
  return {};
}

Status Worker::Collect() {
  eventfd_t count = 0;
  (void)::eventfd_read(finished_.get(), &count);
  for (auto at = queues_.begin(); at != queues_.end();) {
    if (!at->second->done.load(std::memory_order_acquire)) {
      ++at;
      continue;
    }
    const QueueId id = at->first;
    const bool detached = at->second->detached;
    at->second->thread.join();  // it has nothing left to do
    at = queues_.erase(at);     // closes the socket
    if (detached) {
      ACCELD_TRY_VOID(
          SendReport(control_.get(), {Report::Type::kDetached, id}));
    }
  }
  return {};
}

}  // namespace acceld::soft
