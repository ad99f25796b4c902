#include "daemon/soft/worker.h"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "daemon/soft/queue.h"

namespace acceld::soft {

struct Worker::QueueThread {
  UniqueFd socket;
  std::atomic<bool> stop = false;  // set by the worker, read by the queue
  std::atomic<bool> done = false;  // set by the queue's thread as its last act
  bool detached = false;           // the daemon waits for the end
  std::thread thread;
};

namespace {

// Best effort: a cpuset may have taken these CPUs away since.
void StayOn(const CpuSet& cpus) {
  if (cpus.none()) return;
  constexpr std::size_t kWordBits = 8 * sizeof(unsigned long);
  std::array<unsigned long, kMaxCpus / kWordBits> mask{};
  for (std::size_t cpu = 0; cpu < kMaxCpus; ++cpu) {
    if (cpus.test(cpu)) mask[cpu / kWordBits] |= 1UL << (cpu % kWordBits);
  }
  (void)::sched_setaffinity(0, sizeof mask,
                            reinterpret_cast<const cpu_set_t*>(mask.data()));
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
    // A thread may be stuck in the client's memory (a page fault that the
    // client serves itself). It uses what the queue holds: leave both to exit.
    queue->thread.detach();
    (void)queue.release();
  }
}

Status Worker::Run() {
  ACCELD_TRY_VOID(SendReport(control_.get(), {Report::Type::kReady, {}}));
  std::array<pollfd, 2> waiting{pollfd{control_.get(), POLLIN, 0},
                                pollfd{finished_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return FailErrno("wait for orders", errno);
    }
    if (waiting[1].revents != 0) ACCELD_TRY_VOID(Collect());
    if (waiting[0].revents == 0) continue;
    auto order = ReceiveOrder(control_.get());
    if (!order && order.error().code == ErrorCode::kUnavailable) return {};
    if (!order) return Fail(std::move(order.error()));
    ACCELD_TRY_VOID(Obey(*std::move(order)));
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
  auto queue = std::make_unique<QueueThread>();
  queue->socket = std::move(order.socket);
  const auto serve = [self = queue.get(), cpus = order.cpus,
                      opcodes = order.opcodes, clock = clock_,
                      finished = finished_.get()] {
    StayOn(cpus);
    Queue(self->socket.get(), opcodes, *clock, self->stop).Serve();
    self->done.store(true, std::memory_order_release);
    (void)::eventfd_write(finished, 1);
  };
  bool started = queue->socket.valid();  // not where descriptors ran out
  try {
    if (started) queue->thread = std::thread(serve);
  } catch (const std::system_error&) {
    started = false;  // no more threads or memory: the other queues stand
  }
  if (!started) {
    return SendReport(control_.get(), {Report::Type::kLost, order.queue});
  }
  queues_.emplace(order.queue, std::move(queue));
  return {};
}

Status Worker::Detach(QueueId id) {
  const auto found = queues_.find(id);
  if (found == queues_.end()) {
    return SendReport(control_.get(), {Report::Type::kDetached, id});
  }
  QueueThread& queue = *found->second;
  queue.detached = true;
  queue.stop.store(true, std::memory_order_relaxed);
  // Wakes the thread wherever it waits for the client.
  (void)::shutdown(queue.socket.get(), SHUT_RDWR);
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
