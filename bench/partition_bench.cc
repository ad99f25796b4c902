// NVIDIA's best-effort objective: the subset programme beside the enumeration
// of all divisions that its policy makes (docs/performance.md). One thread;
// medians of 21, of the enumeration one run.
//
//   bazel run //bench:partition_bench
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "placement/partition/best_effort.h"
#include "placement/partition/pair_scores.h"
#include "tests/support/nvidia_partitions.h"

namespace acceld {
namespace {

using testing::Devices;
using testing::NvidiaPartitions;

double Milliseconds(std::size_t rounds, const std::function<void()>& work) {
  std::vector<double> times(rounds);
  for (double& time : times) {
    const auto start = std::chrono::steady_clock::now();
    work();
    time = std::chrono::duration<double, std::milli>(
               std::chrono::steady_clock::now() - start)
               .count();
  }
  std::sort(times.begin(), times.end());
  return times[rounds / 2];
}

std::string Text(const Devices& devices) {
  std::string text;
  for (const std::uint32_t device : devices) {
    text += (text.empty() ? "" : " ") + std::to_string(device);
  }
  return text;
}

// False where the two differ.
bool Compare(const char* machine, const placement::PairScores& scores,
             std::size_t count, int size) {
  const Devices free = testing::FirstDevices(count);
  Devices ours;
  const double fast = Milliseconds(21, [&] {
    const auto choice = placement::ChooseBestEffort(scores, free, {}, size);
    if (choice) ours = choice->devices;
  });
  Devices theirs;
  std::size_t divisions = 0;
  const double slow = Milliseconds(1, [&] {
    const NvidiaPartitions all(scores, free, {},
                               static_cast<std::size_t>(size));
    theirs = all.Choose();
    divisions = all.count();
  });
  std::printf(
      "%d of %2zu, %-12s %9.3f ms  %10.3f ms, %8zu divisions %9.0f x"
      "  {%s}%s\n",
      size, count, machine, fast, slow, divisions, slow / fast,
      Text(ours).c_str(), ours == theirs ? "" : " DIFFERS");
  return ours == theirs;
}

int Main() {
  const placement::PairScores dgx1v = testing::Dgx1vScores();
  const placement::PairScores two = testing::Dgx1vScores(2);
  placement::PairScores alike;
  for (std::size_t a = 0; a < 16; ++a) {
    for (std::size_t b = 0; b < a; ++b) alike.Set(a, b, 1200);
  }
  bool same = true;
  for (const int size : {2, 3, 4}) same &= Compare("DGX-1V", dgx1v, 8, size);
  same &= Compare("2 x DGX-1V", two, 12, 4);
  for (const int size : {2, 4, 8}) same &= Compare("2 x DGX-1V", two, 16, size);
  same &= Compare("all alike", alike, 16, 4);
  same &= Compare("2 x DGX-1V", two, 16, 3);
  return same ? 0 : 1;
}

}  // namespace
}  // namespace acceld

int main() { return acceld::Main(); }
