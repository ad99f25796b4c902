// What the parts of a solve cost, each by itself: the search's on generated
// fabrics, the rest on a described host.
//
//   bazel run //bench/placement:micro_bench
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "bench/placement/generator.h"
#include "bench/placement/matrix_problem.h"
#include "graph/topology.h"
#include "placement/placement.h"
#include "placement/problem.h"
#include "placement/search/assignment_bound.h"
#include "placement/search/cluster_bound.h"
#include "placement/search/transport.h"
#include "policy/policy.h"
#include "probes/machine_document.h"

namespace acceld::bench {
namespace {

using placement::Cost;
using placement::State;

bool Never(std::int64_t /*work*/) { return false; }

// The assignment bound's linear problem, dense.
void SolveTransport(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  std::mt19937_64 random(1);
  std::vector<std::vector<Cost>> costs(size, std::vector<Cost>(size));
  std::vector<const Cost*> rows;
  for (auto& row : costs) {
    for (Cost& cost : row) cost = static_cast<Cost>(random() % 1000);
    rows.push_back(row.data());
  }
  const std::vector<std::int64_t> capacity(size, 1);
  placement::Transport transport;
  for (auto _ : state) {
    benchmark::DoNotOptimize(transport.Solve(rows, capacity));
  }
}

// A problem on a fabric, with what its bounds are made of.
struct OnFabric {
  Instance instance;
  std::unique_ptr<placement::Problem> problem = MakeProblem(instance);
  State start{*problem};
  placement::Sites sites = placement::NumberSites(*problem, start);
  placement::Geometry geometry =
      *placement::Survey(*problem, sites, start.open(), Never);
};

std::unique_ptr<OnFabric> Make(const std::string& fabric,
                               const std::string& pipeline, double busy) {
  Parameters parameters;
  parameters.fabric = fabric;
  parameters.pipeline = pipeline;
  parameters.busy = busy;
  auto instance = Generate(parameters);
  if (!instance) std::abort();
  return std::unique_ptr<OnFabric>(new OnFabric{*std::move(instance)});
}

void SurveySites(benchmark::State& state, const OnFabric& on) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        placement::Survey(*on.problem, on.sites, on.start.open(), Never));
  }
}

void FillClusterTables(benchmark::State& state, const OnFabric& on) {
  for (auto _ : state) {
    const placement::ClusterTree tree(*on.problem, on.start, on.sites,
                                      on.geometry);
    benchmark::DoNotOptimize(placement::ClusterBound::Make(
        *on.problem, on.start, on.sites, tree, Never));
  }
}

void AskAssignmentBound(benchmark::State& state, const OnFabric& on) {
  placement::AssignmentBound bound(*on.problem, on.sites, on.geometry);
  for (auto _ : state) benchmark::DoNotOptimize(bound.Bound(on.start));
}

void ChooseAndUndo(benchmark::State& state, const OnFabric& on) {
  State at(*on.problem);
  for (auto _ : state) {
    at.Choose(0, 0);
    benchmark::DoNotOptimize(at.total());
    at.Undo();
  }
}

// Four GPUs in a row on a host with a switch, from the host and back.
struct OnHost {
  std::shared_ptr<const graph::Topology> topology;
  placement::Request request;
  std::shared_ptr<const policy::Policy> policy = policy::Policy::Default();

  [[nodiscard]] placement::CandidateSet Candidates() const {
    return placement::FindCandidates(
        request, *topology, {}, *policy, policy::Subject{},
        [](const graph::Vertex&) { return std::nullopt; });
  }
  [[nodiscard]] placement::Outcome Solve() const {
    const SteadyClock clock;
    return placement::Solve(request, Candidates(), *topology, {},
                            policy->objective(),
                            {clock.Now() + std::chrono::seconds(1)}, clock);
  }
};

OnHost MakeOnHost() {
  constexpr const char* kPipeline = R"({
    "stages": [{"name": "a", "function": "compute/gpu"},
               {"name": "b", "function": "compute/gpu"},
               {"name": "c", "function": "compute/gpu"},
               {"name": "d", "function": "compute/gpu"}],
    "links": [{"from": "host", "to": "a"}, {"from": "a", "to": "b"},
              {"from": "b", "to": "c"}, {"from": "c", "to": "d"},
              {"from": "d", "to": "host"}],
    "constraints": [{"distinct": "device", "stages": ["a", "b", "c", "d"]}]})";
  auto facts = probes::ReadMachineFile("configs/hosts/nvswitch-8gpu.json");
  const auto document = ParseJson(kPipeline);
  if (!facts || !document) std::abort();
  auto request = placement::ParseRequest(*document);
  if (!request) std::abort();
  return {graph::Topology::Build(*std::move(facts), 1), *std::move(request)};
}

void FilterCandidates(benchmark::State& state, const OnHost& on) {
  for (auto _ : state) benchmark::DoNotOptimize(on.Candidates());
}

void ReadPairRows(benchmark::State& state, const OnHost& on) {
  const auto candidates = on.Candidates();
  for (auto _ : state) {
    const auto problem = placement::BuildProblem(
        on.request, candidates, *on.topology, {}, on.policy->objective());
    for (std::size_t a = 0; a < problem->classes.size(); ++a) {
      for (std::size_t b = a; b < problem->classes.size(); ++b) {
        const auto* table = problem->tables->Find(a, b);
        if (table == nullptr) continue;
        for (std::size_t i = 0; i < problem->classes[a].domain.size(); ++i) {
          benchmark::DoNotOptimize(table->Row(i).data());
        }
      }
    }
  }
}

void SolveAll(benchmark::State& state, const OnHost& on) {
  for (auto _ : state) benchmark::DoNotOptimize(on.Solve());
}

void VerifyPlacement(benchmark::State& state, const OnHost& on) {
  const auto outcome = on.Solve();
  const auto* solved = std::get_if<placement::Solved>(&outcome);
  if (solved == nullptr) std::abort();
  const auto candidates = on.Candidates();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        placement::Verify(on.request, candidates, *on.topology, {},
                          on.policy->objective(), solved->placement));
  }
}

void RegisterFabric(const std::string& name, const OnFabric& on) {
  const auto add = [&](const std::string& part, auto run) {
    benchmark::RegisterBenchmark(
        (part + "/" + name).c_str(),
        [run, &on](benchmark::State& state) { run(state, on); });
  };
  add("survey", SurveySites);
  add("cluster tables", FillClusterTables);
  add("assignment bound", AskAssignmentBound);
  add("choose and undo", ChooseAndUndo);
}

void RegisterHost(const OnHost& on) {
  const auto add = [&](const std::string& part, auto run) {
    benchmark::RegisterBenchmark(
        (part + "/4 GPUs of 8").c_str(),
        [run, &on](benchmark::State& state) { run(state, on); });
  };
  add("candidates", FilterCandidates);
  add("problem and pair rows", ReadPairRows);
  add("candidates and solve", SolveAll);
  add("verifier", VerifyPlacement);
}

}  // namespace
}  // namespace acceld::bench

int main(int argc, char** argv) {
  using namespace acceld::bench;  // NOLINT: this file's own
  benchmark::RegisterBenchmark("transport", SolveTransport)
      ->Arg(8)
      ->Arg(16)
      ->Arg(32);
  const auto rack = Make("rack:18x4", "fan:4", 0.6);
  const auto pod = Make("pod:32x8", "fan:6", 0.75);
  const OnHost host = MakeOnHost();
  RegisterFabric("fan of 4, rack of 72", *rack);
  RegisterFabric("fan of 6, pod of 256", *pod);
  RegisterHost(host);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
