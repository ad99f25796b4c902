// RandomInstance: small placement problems drawn from a seed, with few
// different numbers, so that ties, clusters and symmetries are common. Tests
// only.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "bench/placement/instance.h"

namespace acceld::testing {

// Up to 5 stages on up to 7 devices, in up to three clusters; sometimes with
// room for several on a device, with stages that are alike, with paths that
// differ by direction.
inline bench::Instance DrawInstance(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](std::uint64_t below) { return random() % below; };
  bench::Instance one;
  one.name = std::to_string(seed);
  one.stages = 1 + draw(5);
  one.devices = 1 + draw(7);
  const std::uint64_t clusters = 1 + draw(3);
  const bool is_symmetric = draw(4) != 0;
  const std::int64_t noise = draw(2) == 0 ? 1 : 4;
  for (std::size_t i = 0; i < one.devices; ++i) {
    one.capacity.push_back(draw(4) == 0 ? 2 : 1);
  }
  one.distance.assign(one.devices * one.devices, 0);
  for (std::size_t a = 0; a < one.devices; ++a) {
    for (std::size_t b = 0; b < one.devices; ++b) {
      if (a == b || (is_symmetric && b < a)) continue;
      const std::int64_t base = a % clusters == b % clusters ? 2 : 10;
      const auto cost = base + static_cast<std::int64_t>(
                                   draw(static_cast<std::uint64_t>(noise)));
      one.distance[a * one.devices + b] = cost;
      if (is_symmetric) one.distance[b * one.devices + a] = cost;
    }
  }
  one.flow.assign(one.stages * one.stages, 0);
  for (std::size_t i = 0; i + 1 < one.stages; ++i) {
    const std::size_t to = draw(2) == 0 ? i + 1 : draw(one.stages);
    if (to != i) {
      one.flow[i * one.stages + to] = static_cast<std::int64_t>(1 + draw(3));
    }
  }
  one.allowed.resize(one.stages);
  for (auto& allowed : one.allowed) {
    const bool is_free = draw(2) == 0;
    for (std::size_t d = 0; d < one.devices; ++d) {
      if (is_free || draw(3) != 0) allowed.push_back(d);
    }
    if (allowed.empty()) allowed.push_back(draw(one.devices));
  }
  return one;
}

}  // namespace acceld::testing
