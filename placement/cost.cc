#include "placement/cost.h"

namespace acceld::placement {
namespace {

constexpr std::int64_t CeilDivide(std::int64_t a, std::int64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

// 64 KiB times 1e9: what the bandwidth divides to give nanoseconds. A block of
// this size is what accelerators move at once; smaller ones pay latency alone.
constexpr std::int64_t kBlockNanobytes = std::int64_t{65536} * 1'000'000'000;

}  // namespace

Cost PathCost(const policy::Objective& objective, Nanoseconds latency,
              BytesPerSecond bandwidth) {
  if (bandwidth.value() <= 0) return kForbidden;
  const Cost transfer = CeilDivide(kBlockNanobytes, bandwidth.value());
  return AddCost(MultiplyCost(objective.latency_weight, latency.value()),
                 MultiplyCost(objective.transfer_weight, transfer));
}

Cost TrafficShare(BytesPerSecond traffic, std::int64_t parts) {
  constexpr std::int64_t kKilo = 1000;
  return CeilDivide(CeilDivide(traffic.value(), kKilo), parts);
}

}  // namespace acceld::placement
