// The solver on instances of the literature and on pipelines on described
// fabrics: per instance its cost, whether that is proven, and the time.
//
//   bazel run -c opt //bench/placement:placement_bench -- FILE...
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/placement/instance.h"
#include "bench/placement/matrix_problem.h"
#include "placement/search/search.h"

namespace acceld::bench {
namespace {

constexpr int kRepeats = 5;
constexpr std::chrono::seconds kLimit(60);

double Milliseconds(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

bool Run(const std::string& path) {
  const auto instance = ReadInstance(path);
  if (!instance) {
    (void)std::fprintf(stderr, "%s\n", instance.error().message.c_str());
    return false;
  }
  const SteadyClock clock;
  std::vector<double> times;
  placement::SearchResult result;
  for (int i = 0; i < kRepeats; ++i) {
    const SteadyTime start = clock.Now();
    const auto problem = MakeProblem(*instance);
    const placement::SearchLimits limits{start + kLimit, 1'000'000'000};
    result = placement::Search(*problem, limits, clock).Run();
    times.push_back(Milliseconds(start, clock.Now()));
    if (times.back() > 2000) break;
  }
  std::sort(times.begin(), times.end());
  const bool proved = result.lower_bound == result.total;
  const double gap =
      result.total == 0
          ? 0
          : 100.0 * static_cast<double>(result.total - result.lower_bound) /
                static_cast<double>(result.total);
  (void)std::printf(
      "%-26s %12lld  %-8s %6.2f %% %10lld nodes %10.3f ms\n",
      instance->name.c_str(), static_cast<long long>(result.total),
      proved ? "proved" : "gap", gap, static_cast<long long>(result.nodes),
      times[times.size() / 2]);
  (void)std::fflush(stdout);
  return true;
}

}  // namespace
}  // namespace acceld::bench

int main(int argc, char** argv) {
  bool sound = argc > 1;
  if (!sound) (void)std::fprintf(stderr, "usage: placement_bench FILE...\n");
  for (int i = 1; i < argc; ++i) sound = acceld::bench::Run(argv[i]) && sound;
  return sound ? 0 : 1;
}
