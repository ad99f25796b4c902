// The real worker process behind the pool that the daemon uses, serving this
// process's memory.

#include "daemon/soft/worker_pool.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "daemon/soft/death_record.h"
#include "tests/support/soft_pool.h"

namespace acceld::soft {
namespace {

using acceld::testing::ProcStatus;
using acceld::testing::SoftPool;
using api::soft::Opcode;

constexpr uid_t kUser = 1000;

bool IsClosed(int queue) {
  char byte = 0;
  return ::recv(queue, &byte, sizeof byte, 0) == 0;
}

bool Exists(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

TEST(WorkerPool, UnknownFunction_IsUnsupported) {
  SoftPool soft;
  const auto fd = soft.pool().Attach(kUser, QueueId(1), "compute/gpu", "");
  ASSERT_FALSE(fd.has_value());
  EXPECT_EQ(fd.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(soft.pool().worker_pids().empty());
}

TEST(WorkerPool, BadCpuList_IsRefused) {
  SoftPool soft;
  const auto fd = soft.pool().Attach(kUser, QueueId(1), "copy", "3-1");
  ASSERT_FALSE(fd.has_value());
  EXPECT_EQ(fd.error().code, ErrorCode::kCorruptInput);
}

TEST(WorkerPool, QueueId_IsUsedOnce) {
  SoftPool soft;
  const UniqueFd first = soft.Attach(1, "copy");
  const auto second = soft.pool().Attach(kUser, QueueId(1), "copy", "");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kInvalidArgument);
}

TEST(WorkerPool, QueuesOfOneUser_ShareAWorker) {
  SoftPool soft;
  const UniqueFd a = soft.Attach(1, "copy", kUser);
  const UniqueFd b = soft.Attach(2, "digest/sha256", kUser);
  const UniqueFd c = soft.Attach(3, "copy", kUser + 1);
  EXPECT_EQ(soft.pool().worker_pids().size(), 2U);
}

TEST(WorkerPool, Detach_ClosesTheQueueAndIsReported) {
  SoftPool soft;
  const client::SoftQueue queue = soft.Bound(1, "copy");
  const client::SoftQueue other = soft.Bound(2, "copy");
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  soft.DispatchUntil([&] { return soft.detached.contains(1); });
  EXPECT_TRUE(IsClosed(queue.fd()));
  EXPECT_EQ(soft.detached.size(), 1U);
  EXPECT_TRUE(soft.lost.empty());
}

TEST(WorkerPool, Detach_AfterTheClientClosed_IsReported) {
  SoftPool soft;
  { const client::SoftQueue queue = soft.Bound(1, "copy"); }
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  soft.DispatchUntil([&] { return soft.detached.contains(1); });
}

TEST(WorkerPool, Detach_BeforeTheWorkerHeardOfTheQueue_IsReported) {
  SoftPool soft;
  const client::SoftQueue other = soft.Bound(1, "copy");
  const auto queue = soft.pool().Attach(kUser, QueueId(2), "copy", "");
  ASSERT_TRUE(queue.has_value());
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(2)).has_value());
  soft.DispatchUntil([&] { return soft.detached.contains(2); });
  EXPECT_TRUE(IsClosed(queue->get()));
  EXPECT_TRUE(soft.lost.empty());
}

TEST(WorkerPool, Detach_Twice_IsNotFound) {
  SoftPool soft;
  const UniqueFd queue = soft.Attach(1, "copy");
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  const Status again = soft.pool().Detach(kUser, QueueId(1));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

TEST(WorkerPool, Detach_OfALongOperation_DoesNotWaitForItsEnd) {
  // 64 GiB of zero pages of which none is ever allocated here: minutes of work.
  constexpr std::size_t kSize = std::size_t{64} << 30;
  void* memory = ::mmap(nullptr, kSize, PROT_READ,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  WorkerPoolOptions options;
  options.detach_limit = std::chrono::minutes(10);
  SoftPool soft(options);
  client::SoftQueue queue = soft.Bound(1, "checksum/crc32c");
  api::soft::Descriptor descriptor;
  descriptor.opcode = static_cast<std::uint16_t>(Opcode::kChecksumCrc32c);
  descriptor.source = reinterpret_cast<std::uintptr_t>(memory);
  descriptor.source_size = kSize;
  ASSERT_TRUE(queue.Submit(descriptor).has_value());
  const auto pids = soft.pool().worker_pids();
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  soft.DispatchUntil([&] { return soft.detached.contains(1); });
  EXPECT_TRUE(IsClosed(queue.fd())) << "the operation was done first";
  EXPECT_EQ(soft.pool().worker_pids(), pids) << "the worker died of it";
  ::munmap(memory, kSize);
}

TEST(WorkerPool, StuckWorker_IsKilledAndItsOtherQueuesAreLost) {
  WorkerPoolOptions options;
  options.detach_limit = std::chrono::milliseconds(50);
  SoftPool soft(options);
  const client::SoftQueue queue = soft.Bound(1, "copy");
  const client::SoftQueue other = soft.Bound(2, "copy");
  ASSERT_EQ(::kill(soft.pool().worker_pids().front(), SIGSTOP), 0);
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  soft.DispatchUntil(
      [&] { return soft.detached.contains(1) && soft.lost.contains(2); });
  EXPECT_TRUE(IsClosed(queue.fd()));
  EXPECT_TRUE(IsClosed(other.fd()));
  EXPECT_TRUE(soft.pool().worker_pids().empty());
}

TEST(WorkerPool, KilledWorker_LosesItsQueuesAndTheNextAttachStartsAnother) {
  SoftPool soft;
  const client::SoftQueue queue = soft.Bound(1, "copy");
  const pid_t first = soft.pool().worker_pids().front();
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  soft.DispatchUntil([&] { return soft.lost.contains(1); });
  EXPECT_TRUE(IsClosed(queue.fd()));
  EXPECT_FALSE(Exists(first));
  const client::SoftQueue again = soft.Bound(2, "copy");
  EXPECT_NE(soft.pool().worker_pids().front(), first);
}

TEST(WorkerPool, AttachBeforeTheDeathWasSeen_StartsAnotherWorker) {
  SoftPool soft;
  const client::SoftQueue queue = soft.Bound(1, "copy");
  soft.pool().Dispatch();  // takes in that it is ready
  ASSERT_EQ(::kill(soft.pool().worker_pids().front(), SIGKILL), 0);
  pollfd died{soft.pool().epoll_fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&died, 1, -1), 1);
  const client::SoftQueue again = soft.Bound(2, "copy");
  soft.DispatchUntil([&] { return soft.lost.contains(1); });
  EXPECT_FALSE(soft.lost.contains(2));
  EXPECT_EQ(soft.pool().worker_pids().size(), 1U);
}

TEST(WorkerPool, MissingProgram_IsNotFound) {
  WorkerPoolOptions options;
  options.program = "/nonexistent/acceld-soft-worker";
  SoftPool soft(options);
  const auto fd = soft.pool().Attach(kUser, QueueId(1), "copy", "");
  ASSERT_FALSE(fd.has_value());
  EXPECT_EQ(fd.error().code, ErrorCode::kNotFound);
}

// Whether an Attach still finds the program alive is a race; either way it is
// an error or a loss, and three deaths are the end of it.
TEST(WorkerPool, ProgramThatDiesAtOnce_IsNotStartedForEver) {
  WorkerPoolOptions options;
  options.program = "/bin/false";
  SoftPool soft(options);
  for (std::uint64_t id = 1; id <= DeathRecord::kAllowed; ++id) {
    const auto fd = soft.pool().Attach(kUser, QueueId(id), "copy", "");
    if (fd) soft.DispatchUntil([&] { return soft.lost.contains(id); });
  }
  const auto fd = soft.pool().Attach(kUser, QueueId(9), "copy", "");
  ASSERT_FALSE(fd.has_value());
  EXPECT_EQ(fd.error().code, ErrorCode::kUnavailable);
  soft.DispatchUntil([&] { return soft.pool().worker_pids().empty(); });
}

TEST(WorkerPool, IdleWorker_EndsAfterItsLinger) {
  WorkerPoolOptions options;
  options.linger = std::chrono::milliseconds(20);
  SoftPool soft(options);
  const client::SoftQueue queue = soft.Bound(1, "copy");
  const pid_t pid = soft.pool().worker_pids().front();
  ASSERT_TRUE(soft.pool().Detach(kUser, QueueId(1)).has_value());
  soft.DispatchUntil([&] { return soft.pool().worker_pids().empty(); });
  EXPECT_FALSE(Exists(pid));
  EXPECT_TRUE(soft.lost.empty());
}

TEST(WorkerPool, BusyWorker_ArmsNoTimer) {
  WorkerPoolOptions options;
  options.linger = std::chrono::milliseconds(1);
  SoftPool soft(options);
  const client::SoftQueue queue = soft.Bound(1, "copy");
  soft.pool().Dispatch();  // the worker's word that it is ready
  pollfd ready{soft.pool().epoll_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 50), 0);
}

TEST(WorkerPool, Destroyed_LeavesNoProcess) {
  SoftPool soft;
  const client::SoftQueue a = soft.Bound(1, "copy");
  const UniqueFd b = soft.Attach(2, "copy", kUser + 1);
  const auto pids = soft.pool().worker_pids();
  ASSERT_EQ(pids.size(), 2U);
  soft.Destroy();
  for (const pid_t pid : pids) EXPECT_FALSE(Exists(pid));
  EXPECT_TRUE(IsClosed(a.fd()));
}

TEST(WorkerPool, Worker_RunsInItsSandbox) {
  SoftPool soft;
  const client::SoftQueue queue = soft.Bound(1, "copy");  // so it is shut
  const pid_t pid = soft.pool().worker_pids().front();
  EXPECT_EQ(ProcStatus(pid, "NoNewPrivs"), "1");
  EXPECT_EQ(ProcStatus(pid, "Seccomp"), "2");
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    EXPECT_EQ(ProcStatus(pid, set), "0000000000000000") << set;
  }
  const std::string user = ProcStatus(::getpid(), "Uid");
  if (user.starts_with("0\t") && ProcStatus(pid, "Uid") != user) {
    EXPECT_EQ(ProcStatus(pid, "Uid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(ProcStatus(pid, "Gid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(ProcStatus(pid, "Groups"), " ");  // as the kernel ends the line
  }
}

}  // namespace
}  // namespace acceld::soft
