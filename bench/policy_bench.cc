// Policies of 10 and of 1,000 rules on machines of 8 and of 1,000 devices:
// what compiling one takes, marking the devices of a snapshot, marking who
// asks, and the question about each device.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace {

using acceld::policy::DeviceMarks;
using acceld::policy::Policy;
using acceld::policy::PolicySource;
using acceld::policy::Subject;
using acceld::testing::FakeAttributes;
using acceld::testing::FakeUserDatabase;

constexpr int kClasses = 20;
constexpr int kGroups = 50;

// Of each ten rules one denies; each names a group, a class and, each third,
// functions; each seventh has a condition on the request.
std::string PolicyOf(std::int64_t rules) {
  std::string text = R"({"version": 1, "classes": {)";
  for (int i = 0; i < kClasses; ++i) {
    const std::string number = std::to_string(i);
    if (i > 0) text.append(",");
    text.append("\"c" + number + R"(": {"devices": [
        {"attribute": "memory", "at_least": ")" +
                std::to_string(i * 4) +
                R"(GiB"}, {"attribute": "numa_node", "equals": )" +
                std::to_string(i % 8) + "}]}");
  }
  text.append("}, \"rules\": [");
  for (std::int64_t i = 0; i < rules; ++i) {
    if (i > 0) text.append(",");
    text.append(i % 10 == 9 ? R"({"effect": "deny", )"
                            : R"({"effect": "allow", )");
    text.append(R"("groups": [)" + std::to_string(2000 + i % kGroups) +
                R"(], "classes": ["c)" + std::to_string(i * 7 % kClasses) +
                "\"]");
    if (i % 3 == 0) text.append(R"(, "functions": ["compute/*"])");
    if (i % 7 == 0) {
      text.append(R"(, "request": [{"attribute": "count", "at_most": 4}])");
    }
    text.append("}");
  }
  return text.append("]}");
}

const FakeUserDatabase& NoUsers() {
  static const FakeUserDatabase kUsers({}, {});
  return kUsers;
}

std::shared_ptr<const Policy> Compiled(const std::string& text) {
  const auto policy = Policy::Compile({{"bench.json", text}}, NoUsers());
  if (policy) return *policy;
  std::cerr << policy.error().message << "\n";
  std::exit(1);
}

std::vector<FakeAttributes> Devices(std::int64_t count) {
  std::vector<FakeAttributes> devices;
  for (std::int64_t i = 0; i < count; ++i) {
    devices.push_back(FakeAttributes{
        {"framework", std::string("drm")},
        {"functions",
         std::vector<std::string>{"compute/gpu", "copy", "graphics"}},
        {"memory", acceld::Bytes((i * 13 % 96) << 30)},
        {"numa_node", i % 8},
        {"vendor", std::string("10de")}});
  }
  return devices;
}

// In ten of the groups.
Subject Asker() {
  Subject subject{1000, {1000}};
  for (gid_t i = 0; i < 10; ++i) subject.gids.push_back(2000 + i * 5);
  return subject;
}

void Compile(benchmark::State& state) {
  const std::vector<PolicySource> sources{
      {"bench.json", PolicyOf(state.range(0))}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(Policy::Compile(sources, NoUsers()));
  }
}
BENCHMARK(Compile)->Arg(10)->Arg(1000)->Unit(benchmark::kMicrosecond);

void MarkSubject(benchmark::State& state) {
  const auto policy = Compiled(PolicyOf(state.range(0)));
  const Subject asker = Asker();
  for (auto _ : state) benchmark::DoNotOptimize(policy->Mark(asker));
}
BENCHMARK(MarkSubject)->Arg(10)->Arg(1000);

// Times are of all devices; `each` is one's.
void PerDevice(benchmark::State& state) {
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(state.range(1)),
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
}

void MarkDevices(benchmark::State& state) {
  const auto policy = Compiled(PolicyOf(state.range(0)));
  const auto devices = Devices(state.range(1));
  for (auto _ : state) {
    for (const FakeAttributes& device : devices) {
      benchmark::DoNotOptimize(policy->Mark(device));
    }
  }
  PerDevice(state);
}
BENCHMARK(MarkDevices)->ArgsProduct({{10, 1000}, {8, 1000}});

void Decide(benchmark::State& state) {
  const auto policy = Compiled(PolicyOf(state.range(0)));
  std::vector<DeviceMarks> marks;
  for (const FakeAttributes& device : Devices(state.range(1))) {
    marks.push_back(policy->Mark(device));
  }
  const auto asker = policy->Mark(Asker());
  const FakeAttributes stage{{"count", std::int64_t{2}}};
  for (auto _ : state) {
    for (const DeviceMarks& device : marks) {
      benchmark::DoNotOptimize(
          policy->Decide(asker, device, {"compute/gpu", &stage}));
      benchmark::DoNotOptimize(policy->TaintOf(asker, device));
    }
  }
  PerDevice(state);
}
BENCHMARK(Decide)->ArgsProduct({{10, 1000}, {8, 1000}});

}  // namespace

BENCHMARK_MAIN();
