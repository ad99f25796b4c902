#include "tests/support/soft_pool.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace acceld::testing {

std::string SoftWorkerProgram() {
  // Tests start in the runfiles of the workspace.
  return "daemon/soft/acceld-soft-worker";
}

SoftPool::SoftPool(soft::WorkerPoolOptions options) {
  if (options.program.empty()) options.program = SoftWorkerProgram();
  soft::WorkerPoolEvents events;
  events.on_detached = [this](uid_t, soft::QueueId queue) {
    EXPECT_TRUE(detached.insert(queue.value()).second) << "reported twice";
  };
  events.on_lost = [this](uid_t, const std::vector<soft::QueueId>& queues) {
    for (const soft::QueueId queue : queues) {
      EXPECT_TRUE(lost.insert(queue.value()).second) << "reported twice";
    }
  };
  auto pool = soft::WorkerPool::Make(std::move(options), events, clock_);
  if (!pool) {
    ADD_FAILURE() << pool.error().message;
    std::abort();
  }
  pool_ = *std::move(pool);
}

UniqueFd SoftPool::Attach(std::uint64_t queue, std::string_view function,
                          uid_t user) {
  auto fd = pool_->Attach(user, soft::QueueId(queue), function, "");
  pool_->SendOrders();
  if (fd) return *std::move(fd);
  ADD_FAILURE() << fd.error().message;
  return {};
}

client::SoftQueue SoftPool::Bound(std::uint64_t queue,
                                  std::string_view function) {
  auto bound = client::SoftQueue::Bind(Attach(queue, function));
  if (!bound) {
    ADD_FAILURE() << bound.error().message;
    std::abort();
  }
  return *std::move(bound);
}

void SoftPool::DispatchUntil(const std::function<bool()>& condition) {
  constexpr std::chrono::seconds kPatience{60};
  const SteadyTime end = clock_.Now() + kPatience;
  while (!condition()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - clock_.Now());
    ASSERT_GT(left.count(), 0) << "the pool did not get there";
    pollfd ready{pool_->epoll_fd(), POLLIN, 0};
    ASSERT_GE(::poll(&ready, 1, static_cast<int>(left.count())), 0);
    pool_->Dispatch();
  }
}

std::string ProcStatus(pid_t pid, std::string_view name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  const std::string start = std::string(name) + ":\t";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return {};
}

}  // namespace acceld::testing
