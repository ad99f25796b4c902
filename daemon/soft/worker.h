// The worker process: all queues of one user, one thread each, under the
// orders of the daemon.
//
// Why a process per user: what separates tenants is the kernel's wall between
// processes. A flaw in a codec gives an attacker at most the memory of his own
// user's clients, which he could reach anyway (processes of one user may trace
// each other). A process per queue would cost a process for nothing; one
// process for all users would hold everybody's memory files side by side.
//
// Used by the worker's first thread alone; each queue's thread touches its own
// QueueThread only.
#pragma once

#include <poll.h>

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "daemon/soft/control.h"

namespace acceld::soft {

class Worker {
 public:
  // Takes the control socket. `clock` must outlive the worker.
  // Errors: kIo, kNoMemory.
  [[nodiscard]] static Result<Worker> Make(UniqueFd control,
                                           const Clock& clock);
  Worker(Worker&&) noexcept;
  Worker& operator=(Worker&&) = delete;
  // Waits for no thread: the process is to exit (and must, where Run
  // returned while queues were being served).
  ~Worker();

  // Serves until the daemon closes the control socket (no error).
  // Errors: kCorruptInput (an order that makes no sense), kIo.
  [[nodiscard]] Status Run();

 private:
  struct QueueThread;

  Worker(UniqueFd control, UniqueFd finished, const Clock& clock);
  [[nodiscard]] Status Obey(Order order);
  [[nodiscard]] Status Attach(Order order);
  [[nodiscard]] Status Detach(QueueId queue);
  // Everything to wait for: control, finished, then the unstarted queues.
  void ListWaiting(std::vector<pollfd>& waiting) const;
  // Starts the queues that a client has spoken on (or closed).
  [[nodiscard]] Status StartReady(std::span<const pollfd> unstarted);
  // False where no thread can be had.
  [[nodiscard]] bool Start(QueueThread& queue);
  // Buries the threads that have ended.
  [[nodiscard]] Status Collect();

  UniqueFd control_;
  UniqueFd finished_;  // eventfd; readable when a queue's thread has ended
  const Clock* clock_;
  std::map<QueueId, std::unique_ptr<QueueThread>> queues_;
};

}  // namespace acceld::soft
