// RandomInstance: small placement problems drawn with dice, with few different
// numbers, so that ties, clusters and symmetries are common, and what they
// cost at least. Tests only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "bench/placement/instance.h"
#include "tests/support/dice.h"

namespace acceld::testing {

// How many choices one takes at most, about.
inline constexpr int kInstanceChoices = 160;

// Up to 5 stages on up to 7 devices, in up to three clusters; sometimes with
// room for several on a device, with stages that are alike, with paths that
// differ by direction.
[[nodiscard]] bench::Instance DrawInstance(Dice dice);

// As many stages as devices, 4 to 7, and traffic between most of them: nothing
// that the bounds settle at the root.
[[nodiscard]] bench::Instance DrawDense(Dice dice);

// Hosts that are alike but for a path or two, in one direction sometimes, and a
// device that not every stage may use: symmetries that nearly hold.
[[nodiscard]] bench::Instance DrawNearlySymmetric(Dice dice);

// Stages and devices on cycles, chains or hypercubes, as many of the one as of
// the other or fewer, 4 to 7: automorphisms on both sides, and of both at once.
[[nodiscard]] bench::Instance DrawSymmetric(Dice dice);

// The least cost of any assignment, by plain enumeration; nothing where there
// is none.
[[nodiscard]] std::optional<std::int64_t> LeastCost(
    const bench::Instance& instance);

}  // namespace acceld::testing
