#include "client/policy/generated.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace acceld::policy_tool {
namespace {

// The engine is the same everywhere by the standard; its distributions are
// not, so these are our own.
class Draw {
 public:
  explicit Draw(std::int64_t seed)
      : engine_(static_cast<std::uint64_t>(seed)) {}

  // Above 0, at most 1.
  double Unit() {
    constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^-53
    return (static_cast<double>(engine_() >> 11) + 1.0) * kScale;
  }
  // Exponential, to the millisecond; at least one, at most 30 times the mean.
  Nanoseconds Time(Nanoseconds mean) {
    constexpr std::int64_t kMillisecond = 1'000'000;
    const double drawn = std::min(-std::log(Unit()), 30.0);
    const auto milliseconds = static_cast<std::int64_t>(
        drawn * static_cast<double>(mean.value() / kMillisecond));
    return Nanoseconds(std::max<std::int64_t>(milliseconds, 1) * kMillisecond);
  }

 private:
  std::mt19937_64 engine_;
};

const MixEntry& Choose(const std::vector<MixEntry>& mix, double unit) {
  std::int64_t total = 0;
  for (const MixEntry& entry : mix) total += entry.weight;
  auto ticket = static_cast<std::int64_t>(unit * static_cast<double>(total));
  for (const MixEntry& entry : mix) {
    ticket -= entry.weight;
    if (ticket < 0) return entry;
  }
  return mix.back();
}

}  // namespace

std::vector<Arrival> DrawArrivals(const Generator& generator) {
  Draw draw(generator.seed);
  std::vector<Arrival> arrivals;
  Nanoseconds now;
  for (std::int64_t i = 0; i < generator.requests; ++i) {
    now = now + draw.Time(generator.mean_gap);
    const MixEntry& entry = Choose(generator.mix, draw.Unit());
    arrivals.push_back(
        {now, draw.Time(entry.mean_hold), entry.user, entry.pipeline});
  }
  return arrivals;
}

}  // namespace acceld::policy_tool
