#include "bench/placement/depth_first.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/clock.h"

namespace acceld::bench {
namespace {

constexpr std::int64_t kNodesPerLook = 65536;

class DepthFirst {
 public:
  DepthFirst(const Instance& one, Seconds limit)
      : one_(one),
        start_(clock_.Now()),
        limit_(limit),
        at_(one.stages),
        left_(one.capacity) {}

  Measured Run() {
    Place(0, 0);
    Measured measured;
    measured.at_limit = stopped_;
    measured.proved = !stopped_;
    measured.nodes = nodes_;
    if (best_ < std::numeric_limits<std::int64_t>::max()) {
      measured.cost = best_;
    }
    measured.time = clock_.Now() - start_;
    return measured;
  }

 private:
  void Place(std::size_t stage, std::int64_t cost) {
    if (cost >= best_ || stopped_) return;
    if (stage == one_.stages) {
      best_ = cost;
      return;
    }
    if (++nodes_ % kNodesPerLook == 0) {
      stopped_ = Seconds(clock_.Now() - start_) >= limit_;
    }
    for (const std::size_t device : one_.allowed[stage]) {
      if (left_[device] == 0) continue;
      --left_[device];
      at_[stage] = device;
      Place(stage + 1, cost + Added(stage, device));
      ++left_[device];
    }
  }

  // What the stage and those before it cost each other.
  [[nodiscard]] std::int64_t Added(std::size_t stage,
                                   std::size_t device) const {
    std::int64_t cost = one_.Flow(stage, stage) * one_.Distance(device, device);
    for (std::size_t other = 0; other < stage; ++other) {
      cost += one_.Flow(stage, other) * one_.Distance(device, at_[other]) +
              one_.Flow(other, stage) * one_.Distance(at_[other], device);
    }
    return cost;
  }

  const Instance& one_;
  const SteadyClock clock_;
  const SteadyTime start_;
  const Seconds limit_;
  std::vector<std::size_t> at_;     // device, by stage
  std::vector<std::int64_t> left_;  // by device
  std::int64_t best_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t nodes_ = 0;
  bool stopped_ = false;
};

}  // namespace

Measured SearchDepthFirst(const Instance& instance, Seconds limit) {
  return DepthFirst(instance, limit).Run();
}

}  // namespace acceld::bench
