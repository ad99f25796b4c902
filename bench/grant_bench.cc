// What an Acquire of 4 devices of each grant kind costs beside the D-Bus call
// that returns 4 descriptors.
//
// One private bus, one real acceld on it and one bare service; the calls take
// turns, so that whatever else the machine does hits all alike, and only the
// ratios of the medians are worth reading (DESIGN 12: <= 2.0, p99 <= 4). The
// devices are made for it (stand_in_devices.h): binding them is all acceld's,
// and no driver's open() is in the figures. Needs root.
#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/bare_call.h"
#include "bench/stand_in_devices.h"
#include "tests/integration/running_daemon.h"
#include "tests/support/private_bus.h"
#include "tests/support/sys_tree.h"

namespace acceld::bench {
namespace {

constexpr int kWarmUp = 50;
constexpr int kRounds = 1000;

struct Case {
  const char* title;
  std::size_t descriptors;
  api::WireDocument pipeline;
  std::vector<Microseconds> times;
};

// Four stages of one function, one device each, in a chain.
std::string FourOf(const std::string& function) {
  std::string stages;
  for (const char* name : {"a", "b", "c", "d"}) {
    stages += std::string(stages.empty() ? "" : ",") + R"({"name": ")" + name +
              R"(", "function": ")" + function + R"("})";
  }
  return R"({"stages": [)" + stages + R"(],
    "links": [{"from": "host", "to": "a"}, {"from": "a", "to": "b"},
              {"from": "b", "to": "c"}, {"from": "c", "to": "d"}]})";
}

// Four soft stages, as in acquire_bench, and a buffer for each of four links.
std::string FourSoft(const std::string& buffer) {
  const std::string link = buffer.empty() ? "" : R"(, "buffer": )" + buffer;
  return R"({"stages": [{"name": "a", "function": "copy"},
                        {"name": "b", "function": "compress/deflate"},
                        {"name": "c", "function": "digest/sha256"},
                        {"name": "d", "function": "checksum/crc32c"}],
    "links": [{"from": "host", "to": "a")" +
         link + R"(}, {"from": "a", "to": "b")" + link +
         R"(}, {"from": "b", "to": "c")" + link +
         R"(}, {"from": "c", "to": "d")" + link + "}]}";
}

std::vector<Case> Cases() {
  const auto make = [](const char* title, std::size_t descriptors,
                       const std::string& pipeline) {
    return Case{title, descriptors, api::AsWire(*ParseJson(pipeline)), {}};
  };
  return {
      make("4 soft", 4, FourSoft("")),
      make("4 soft and 4 buffers of 1 MiB", 8, FourSoft(R"({"size": "1MiB"})")),
      make("4 fd (nodes opened by acceld)", 4, FourOf("compute/gpu")),
      make("4 ticket", 4, FourOf("compress/zlib"))};
}

void Print(const char* title, const Summary& summary, const Summary& bare) {
  std::printf("%-36s %8.1f us %9.1f us %8.2f %8.2f\n", title, summary.median,
              summary.p99, summary.median / bare.median,
              summary.p99 / bare.p99);
}

Status Measure() {
  testing::SysTree tree;
  ACCELD_TRY_VOID(EnterMachineWithDevices(tree));
  ACCELD_TRY(const auto bus, testing::PrivateBus::Start());
  ACCELD_TRY(const auto daemon, testing::RunningDaemon::Start(bus->address()));
  const BareService service(bus->address());
  Caller caller(bus->address());
  std::vector<Case> cases = Cases();
  std::vector<Microseconds> bare;
  for (int i = 0; i < kWarmUp + kRounds; ++i) {
    const Microseconds floor = caller.CallBare();
    if (i >= kWarmUp) bare.push_back(floor);
    for (Case& one : cases) {
      const Microseconds time = caller.Acquire(one.pipeline, one.descriptors);
      if (i >= kWarmUp) one.times.push_back(time);
    }
  }
  const Summary floor = Summarise(std::move(bare));
  std::printf("%-36s %11s %12s %17s\n", "", "median", "p99",
              "ratios to the bare");
  Print("bare call, 4 descriptors back", floor, floor);
  for (const Case& one : cases) Print(one.title, Summarise(one.times), floor);
  std::printf("%d calls of each, taking turns\n", kRounds);
  return {};
}

}  // namespace
}  // namespace acceld::bench

int main() {
  const auto measured = acceld::bench::Measure();
  if (measured) return 0;
  (void)std::fprintf(stderr, "%s\n", measured.error().message.c_str());
  return 1;
}
