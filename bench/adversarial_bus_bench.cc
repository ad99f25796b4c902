// Hard requests over a real bus: how late their replies are, what other callers
// notice of them, and what memory they take.
//   bazel run -c opt //bench:adversarial_bus_bench
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "bench/bare_call.h"
#include "client/client.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/adversarial.h"
#include "tests/support/private_bus.h"
#include "tests/support/temp_dir.h"

namespace acceld {
namespace {

using bench::Microseconds;
using Wall = std::chrono::steady_clock;

constexpr std::array<int, 3> kDeadlines{5, 20, 50};  // ms
constexpr int kRounds = 40;
constexpr int kIdleCalls = 2000;

Microseconds Since(Wall::time_point start) {
  return std::chrono::duration<double, std::micro>(Wall::now() - start).count();
}

Microseconds Ping(client::Client& client) {
  const auto start = Wall::now();
  if (!client.Property("Generation")) return 0;
  return Since(start);
}

void Print(const char* what, std::vector<Microseconds> times) {
  const bench::Summary summary = bench::Summarise(std::move(times));
  std::printf("%-38s median %9.0f us, p99 %9.0f us\n", what, summary.median,
              summary.p99);
}

// How long after its deadline each reply is there; negative where before.
void Hard(client::Client& client, int deadline,
          std::vector<Microseconds>& overruns) {
  const Document pipeline = *ParseJson(
      testing::AllToAll(12, true,
                        testing::AllOnTheirOwn(12) + R"(, "deadline": ")" +
                            std::to_string(deadline) + "ms\""));
  for (int i = 0; i < kRounds; ++i) {
    Document refusal;
    const auto start = Wall::now();
    (void)client.Plan(pipeline, &refusal);
    overruns.push_back(Since(start) - 1000.0 * deadline);
  }
}

int Run() {
  testing::TempDir directory;
  directory.AddFile("star.json", testing::StarMachine(256, 16, 100));
  auto bus = testing::PrivateBus::Start();
  if (!bus) return 1;
  auto daemon = testing::RunningDaemon::Start(
      (*bus)->address(), {"--host=" + directory.At("star.json")});
  auto asking = client::Client::Connect({.bus = (*bus)->address()});
  auto other = client::Client::Connect({.bus = (*bus)->address()});
  if (!daemon || !asking || !other) return 1;
  std::vector<Microseconds> idle;
  for (int i = 0; i < kIdleCalls; ++i) idle.push_back(Ping(*other));
  Print("a call, idle daemon", std::move(idle));
  long peak = 0;
  for (const int deadline : kDeadlines) {
    std::vector<Microseconds> overruns;
    std::vector<Microseconds> pings;
    std::atomic<bool> done{false};
    std::thread asker([&] {
      Hard(*asking, deadline, overruns);
      done = true;
    });
    while (!done) {
      pings.push_back(Ping(*other));
      peak = std::max(peak, (*daemon)->ResidentKib());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    asker.join();
    std::printf("deadline %d ms\n", deadline);
    Print("  reply, past the deadline", std::move(overruns));
    Print("  another's call meanwhile", std::move(pings));
  }
  std::printf("resident, at most %ld MiB\n", peak / 1024);
  return 0;
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Run(); }
