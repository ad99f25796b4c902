// A WorkerPool with the real worker program, and what it reported.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "client/soft_queue.h"
#include "daemon/soft/worker_pool.h"

namespace acceld::testing {

// Single-threaded. Calls that fail fail the test through GoogleTest.
class SoftPool {
 public:
  explicit SoftPool(soft::WorkerPoolOptions options = {});

  [[nodiscard]] soft::WorkerPool& pool() { return *pool_; }
  // Ends the pool and its workers.
  void Destroy() { pool_.reset(); }

  // A queue of user 1000, or `user`; the client's end.
  [[nodiscard]] UniqueFd Attach(std::uint64_t queue, std::string_view function,
                                uid_t user = 1000);
  // The same, bound to this process.
  [[nodiscard]] client::SoftQueue Bound(std::uint64_t queue,
                                        std::string_view function);

  // Dispatches whenever the pool asks for it, until `condition` holds; fails
  // the test after 60 s.
  void DispatchUntil(const std::function<bool()>& condition);

  // Queues that were reported, by id.
  std::set<std::uint64_t> detached;
  std::set<std::uint64_t> lost;

 private:
  SteadyClock clock_;
  std::unique_ptr<soft::WorkerPool> pool_;
};

// "Uid:\t65534..." -> the text after "Uid:\t" in /proc/PID/status; "" where
// there is no such process or line.
[[nodiscard]] std::string ProcStatus(pid_t pid, std::string_view name);

// Where Bazel puts the worker for a test that has it in `data`.
[[nodiscard]] std::string SoftWorkerProgram();

}  // namespace acceld::testing
