// BestEffort: which of the free devices to take so that what is left can still
// be divided well. The objective is that of NVIDIA's best-effort policy: over
// all ways to divide ALL free devices into sets of the size asked for (the
// remainder is one smaller set), the greatest sum of the pair scores within the
// sets; taken is the best set of that division. Its policy enumerates the
// divisions, 2.6 million for sets of 4 out of 16; here the best division of
// what is still free is computed once for each subset.
// Pure function; thread-safe.
// Source: NVIDIA/go-gpuallocator, gpuallocator/besteffort_policy.go; subset
// dynamic programming as in Bellman, "Dynamic Programming Treatment of the
// Travelling Salesman Problem", 1962.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "placement/partition/pair_scores.h"

namespace acceld::placement {

struct BestEffortChoice {
  // In the order of `free`. Empty: no set of this size holds all that is
  // required, or the size is not positive.
  std::vector<std::uint32_t> devices;
  std::int32_t score = 0;  // of the set
  std::int32_t total = 0;  // of all sets of the division
};

// `free`: the devices that may be taken, by their place in `scores`; among
// divisions of equal score the first one is taken, in the order in which sets
// grow from the first free device on. `required`: devices that the set must
// hold; divisions in which one set holds them all count, no others.
//
// Differs from NVIDIA's in one thing: that one may return the smaller set of
// the remainder, padded with null pointers, where it scores more; this one
// returns sets of the size asked for.
//
// Errors: kInvalidArgument (a device twice, beyond the scores, or a score
// beyond a million points), kUnsupported (more than 2^20 subsets to look at:
// 20 devices of which no two are interchangeable, or more devices of fewer
// kinds: 32 that are all joined alike are 33 subsets).
// Complexity: subsets times the sets in each; memory 8 bytes a subset.
[[nodiscard]] Result<BestEffortChoice> ChooseBestEffort(
    const PairScores& scores, std::span<const std::uint32_t> free,
    std::span<const std::uint32_t> required, int size);

}  // namespace acceld::placement
