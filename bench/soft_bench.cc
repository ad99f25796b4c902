// What a software accelerator's queue costs against the plain library call in
// the same run: copy, SHA-256 and DEFLATE level 6 of the same memory.
//
//   bazel run -c opt //bench:soft_bench

#include <benchmark/benchmark.h>
#include <openssl/sha.h>
#include <poll.h>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "client/soft_queue.h"
#include "daemon/soft/worker_pool.h"

namespace acceld {
namespace {

using api::soft::CompletionStatus;
using api::soft::Opcode;

constexpr uid_t kUser = 1000;
constexpr int kLevel = 6;
// In the runfiles that Bazel starts a benchmark in.
constexpr const char* kWorker = "daemon/soft/acceld-soft-worker";

// Like text: DEFLATE finds something to do.
std::vector<std::byte> Text(std::size_t size) {
  constexpr std::string_view kLetters = "eeeeettttaaooinshrdlu  ,.";
  std::vector<std::byte> bytes(size);
  std::uint64_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<std::byte>(kLetters[(state >> 33) % kLetters.size()]);
  }
  return bytes;
}

// A worker, and one bound queue of it.
class Bench {
 public:
  explicit Bench(std::string_view function) {
    soft::WorkerPoolOptions options;
    options.program = kWorker;
    auto pool = soft::WorkerPool::Make(options, {}, clock_);
    if (!pool) std::abort();
    pool_ = *std::move(pool);
    auto fd = pool_->Attach(kUser, soft::QueueId(1), function, "");
    if (!fd) std::abort();
    pool_->SendOrders();
    auto queue = client::SoftQueue::Bind(*std::move(fd));
    if (!queue) std::abort();
    queue_.emplace(*std::move(queue));
  }

  void Run(benchmark::State& state, Opcode opcode,
           std::span<std::byte> destination, std::uint64_t parameter = 0) {
    const auto source = Text(static_cast<std::size_t>(state.range(0)));
    for (auto iteration : state) {
      const auto done = queue_->Run(opcode, source, destination, parameter);
      if (!done || done->status != 0) {
        state.SkipWithError("the queue failed");
        break;
      }
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
  }

 private:
  SteadyClock clock_;
  std::unique_ptr<soft::WorkerPool> pool_;
  std::optional<client::SoftQueue> queue_;
};

void CopyByQueue(benchmark::State& state) {
  std::vector<std::byte> destination(static_cast<std::size_t>(state.range(0)));
  Bench("copy").Run(state, Opcode::kCopy, destination);
}

void CopyByMemcpy(benchmark::State& state) {
  const auto source = Text(static_cast<std::size_t>(state.range(0)));
  std::vector<std::byte> destination(source.size());
  for (auto iteration : state) {
    std::memcpy(destination.data(), source.data(), source.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void Sha256ByQueue(benchmark::State& state) {
  std::array<std::byte, 32> digest{};
  Bench("digest/sha256").Run(state, Opcode::kDigestSha256, digest);
}

void Sha256ByOpenssl(benchmark::State& state) {
  const auto source = Text(static_cast<std::size_t>(state.range(0)));
  std::array<unsigned char, 32> digest{};
  for (auto iteration : state) {
    SHA256(reinterpret_cast<const unsigned char*>(source.data()), source.size(),
           digest.data());
    benchmark::DoNotOptimize(digest);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void DeflateByQueue(benchmark::State& state) {
  std::vector<std::byte> packed(static_cast<std::size_t>(state.range(0)));
  Bench("compress/deflate")
      .Run(state, Opcode::kCompressDeflate, packed, kLevel);
}

void DeflateByZlib(benchmark::State& state) {
  auto source = Text(static_cast<std::size_t>(state.range(0)));
  std::vector<std::byte> packed(source.size());
  for (auto iteration : state) {
    z_stream stream{};
    if (deflateInit2(&stream, kLevel, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      std::abort();
    }
    stream.next_in = reinterpret_cast<Bytef*>(source.data());
    stream.avail_in = static_cast<uInt>(source.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
    deflateEnd(&stream);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// From the cost of a message (4 KiB) to that of moving memory (16 MiB).
void Sizes(benchmark::internal::Benchmark* bench) {
  bench->Arg(4 << 10)->Arg(256 << 10)->Arg(16 << 20)->UseRealTime();
}

BENCHMARK(CopyByMemcpy)->Apply(Sizes);
BENCHMARK(CopyByQueue)->Apply(Sizes);
BENCHMARK(Sha256ByOpenssl)->Apply(Sizes);
BENCHMARK(Sha256ByQueue)->Apply(Sizes);
BENCHMARK(DeflateByZlib)->Apply(Sizes);
BENCHMARK(DeflateByQueue)->Apply(Sizes);

// What a lease pays in the steady state, with a worker that runs: a queue
// attached (bind 0), or attached and bound (1).
void AttachAndBind(benchmark::State& state) {
  SteadyClock clock;
  soft::WorkerPoolOptions options;
  options.program = kWorker;
  std::uint64_t detached = 0;
  soft::WorkerPoolEvents events;
  events.on_detached = [&](uid_t, soft::QueueId id) { detached = id.value(); };
  auto pool = soft::WorkerPool::Make(options, events, clock);
  if (!pool) std::abort();
  std::uint64_t id = 0;
  for (auto iteration : state) {
    auto fd = (*pool)->Attach(kUser, soft::QueueId(++id), "copy", "");
    if (!fd) std::abort();
    (*pool)->SendOrders();
    if (state.range(0) != 0 && !client::SoftQueue::Bind(*std::move(fd))) {
      std::abort();
    }
    state.PauseTiming();
    if (!(*pool)->Detach(kUser, soft::QueueId(id))) std::abort();
    while (detached != id) {
      pollfd ready{(*pool)->epoll_fd(), POLLIN, 0};
      if (::poll(&ready, 1, -1) < 0) std::abort();
      (*pool)->Dispatch();
    }
    state.ResumeTiming();
  }
}
BENCHMARK(AttachAndBind)->ArgName("bind")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace acceld

BENCHMARK_MAIN();
