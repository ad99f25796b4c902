// Requests that are made to be hard, against their deadlines: how far past it
// the whole of a plan goes, and which part of it. In processor time of the
// solving thread, so that what else the machine does is not counted.
//   bazel run -c opt //bench:adversarial_bench
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "daemon/solve.h"
#include "graph/topology.h"
#include "placement/candidates.h"
#include "placement/problem.h"
#include "policy/policy.h"
#include "probes/machine_document.h"
#include "tests/support/adversarial.h"

namespace acceld {
namespace {

using Milliseconds = double;

// The processor time of the thread that asks.
class ThreadClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime Now() const override {
    timespec now{};
    (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return SteadyTime{} + std::chrono::seconds(now.tv_sec) +
           std::chrono::nanoseconds(now.tv_nsec);
  }
};

const ThreadClock kClock;

Milliseconds Since(SteadyTime start) {
  return std::chrono::duration<double, std::milli>(kClock.Now() - start)
      .count();
}

struct Machine {
  const char* name;
  std::size_t devices;
  std::size_t instances;
  std::size_t spread;
};
// Near ties are told apart by single nanoseconds.
constexpr std::array<Machine, 6> kMachines{{
    {"256 equal", 256, 16, 0},
    {"256 near ties", 256, 16, 100},
    {"1,024 equal", 1024, 1, 0},
    {"1,024 near ties", 1024, 1, 400},
    {"4,096 equal", 4096, 1, 0},
    {"4,096 near ties", 4096, 1, 1600},
}};
constexpr std::array<Machine, 2> kFew{{
    {"11 near ties", 11, 16, 100},
    {"11 with one each", 11, 1, 100},
}};

struct Request {
  const char* name;
  bool uneven;
  bool apart;  // no two stages on one device
};
constexpr std::array<Request, 3> kRequests{{
    {"12 all to all", false, false},
    {"the same, uneven", true, false},
    {"uneven, apart", true, true},
}};
constexpr std::array<int, 3> kDeadlines{5, 20, 50};  // ms

std::shared_ptr<const graph::Topology> Build(const Machine& machine) {
  auto facts = probes::ParseMachineText(
      testing::StarMachine(machine.devices, machine.instances, machine.spread));
  if (!facts) {
    std::printf("%s\n", facts.error().message.c_str());
    return nullptr;
  }
  return graph::Topology::Build(*std::move(facts), 1);
}

std::string OutcomeOf(const Document& answer) {
  const std::string outcome = *answer.Find("outcome")->AsString();
  const Document* proof = answer.Find("proof");
  return proof == nullptr ? outcome : *proof->AsString();
}

// As Plan does it.
void Measure(const Machine& machine, const Request& request,
             const daemon::Snapshot& snapshot, int deadline) {
  const std::string text = testing::AllToAll(
      12, request.uneven,
      (request.apart ? testing::AllOnTheirOwn(12) : std::string()) +
          R"(, "deadline": ")" + std::to_string(deadline) + "ms\"");
  const Document pipeline = *ParseJson(text);
  std::vector<Milliseconds> over;
  std::string outcome;
  Milliseconds solve = 0;
  for (int i = 0; i < 5; ++i) {
    const SteadyTime start = kClock.Now();
    std::optional<Document> refusal;
    auto solved = daemon::SolvePipeline(pipeline, policy::Subject{}, snapshot,
                                        kClock, &refusal);
    solve = std::max(solve, Since(start));
    const Document answer =
        solved ? daemon::ExplainPlan(*solved, snapshot, kClock) : *refusal;
    over.push_back(std::max(0.0, Since(start) - deadline));
    outcome = OutcomeOf(answer);
  }
  std::sort(over.begin(), over.end());
  std::printf("%-18s %-18s %5d %-14s %9.2f %9.2f %9.2f\n", machine.name,
              request.name, deadline, outcome.c_str(), over[over.size() / 2],
              over.back(), solve);
}

void MeasureParts(const Machine& machine, const daemon::Snapshot& snapshot) {
  const auto request = *placement::ParseRequest(
      *ParseJson(testing::AllToAll(12, true, testing::AllOnTheirOwn(12))));
  SteadyTime start = kClock.Now();
  const auto candidates = placement::FindCandidates(
      request, *snapshot.topology, *snapshot.occupancy, *snapshot.policy,
      policy::Subject{}, snapshot.refusal);
  const Milliseconds find = Since(start);
  start = kClock.Now();
  const auto problem = placement::BuildProblem(
      request, candidates, *snapshot.topology, *snapshot.occupancy,
      snapshot.policy->objective());
  std::printf("%-18s candidates %.2f ms, problem %.2f ms\n", machine.name, find,
              Since(start));
}

void Run(const Machine& machine) {
  const auto topology = Build(machine);
  if (topology == nullptr) return;
  const daemon::Snapshot snapshot{
      topology, std::make_shared<const placement::Occupancy>(), 1,
      policy::Policy::Default(),
      [](const graph::Vertex&) { return std::nullopt; }};
  MeasureParts(machine, snapshot);
  for (const Request& request : kRequests) {
    for (const int deadline : kDeadlines) {
      Measure(machine, request, snapshot, deadline);
    }
  }
}

int Main(const std::string& only) {
  std::printf("%-18s %-18s %5s %-14s %9s %9s %9s\n", "devices", "request", "ms",
              "outcome", "over, med", "over, max", "solve");
  for (const Machine& machine : kFew) {
    if (only.empty() || only == machine.name) Run(machine);
  }
  for (const Machine& machine : kMachines) {
    if (only.empty() || only == machine.name) Run(machine);
  }
  rusage usage{};
  (void)::getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %ld MiB\n", usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace acceld

int main(int argc, char** argv) {
  return acceld::Main(argc > 1 ? argv[1] : "");
}
