// How much more an Acquire costs than the D-Bus call that carries it.
//
// One private bus, one real acceld on it and one bare service whose only
// method returns 4 descriptors. The two calls take turns, so that whatever
// else the machine does hits both alike; only the ratio of the medians is
// worth reading (DESIGN 12: <= 2.0, p99 <= 4).
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "api/wire.h"
#include "base/json.h"
#include "bench/bare_call.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/private_bus.h"

namespace acceld {
namespace {

using bench::Microseconds;

constexpr int kWarmUp = 200;
constexpr int kRounds = 4000;

constexpr std::string_view kFourStages = R"({
  "stages": [{"name": "move", "function": "copy"},
             {"name": "pack", "function": "compress/deflate"},
             {"name": "sum", "function": "digest/sha256"},
             {"name": "check", "function": "checksum/crc32c"}],
  "links": [{"from": "host", "to": "move"}, {"from": "move", "to": "pack"},
            {"from": "pack", "to": "sum"}, {"from": "sum", "to": "check"},
            {"from": "check", "to": "host", "traffic": "1MB/s"}]})";

int Run() {
  auto bus = testing::PrivateBus::Start();
  if (!bus) {
    (void)std::fprintf(stderr, "%s\n", bus.error().message.c_str());
    return 1;
  }
  auto daemon = testing::RunningDaemon::Start((*bus)->address());
  if (!daemon) {
    (void)std::fprintf(stderr, "%s\n", daemon.error().message.c_str());
    return 1;
  }
  const bench::BareService floor((*bus)->address());
  bench::Caller caller((*bus)->address());
  const api::WireDocument pipeline = api::AsWire(*ParseJson(kFourStages));
  std::vector<Microseconds> floors;
  std::vector<Microseconds> acquires;
  for (int i = 0; i < kWarmUp + kRounds; ++i) {
    const Microseconds bare = caller.CallBare();
    const Microseconds acquire = caller.Acquire(pipeline, 4);
    if (i < kWarmUp) continue;
    floors.push_back(bare);
    acquires.push_back(acquire);
  }
  const bench::Summary bare = bench::Summarise(std::move(floors));
  const bench::Summary acquire = bench::Summarise(std::move(acquires));
  std::printf("%-34s %9s %9s\n", "", "median", "p99");
  std::printf("%-34s %6.1f us %6.1f us\n", "bare call, 4 descriptors back",
              bare.median, bare.p99);
  std::printf("%-34s %6.1f us %6.1f us\n", "Acquire, 4 stages, 4 descriptors",
              acquire.median, acquire.p99);
  std::printf("%-34s %8.2f  %8.2f\n", "ratio", acquire.median / bare.median,
              acquire.p99 / bare.p99);
  std::printf("%d calls of each, taking turns\n", kRounds);
  return 0;
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Run(); }
