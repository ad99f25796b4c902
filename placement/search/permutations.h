// Permutations of points that leave a colour of every point and a relation of
// every pair as they are. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace acceld::placement {

// Where each point goes.
using Permutation = std::vector<std::size_t>;

struct Structure {
  std::vector<std::size_t> colour;    // by point
  std::vector<std::size_t> relation;  // points x points, by ordered pair
  [[nodiscard]] std::size_t size() const { return colour.size(); }
};

// All of them but the one that moves nothing, where they are no more than
// `most`. Otherwise one for every first point that is moved and every place it
// can go to. Looks at no more than some `work` pairs: what is found by then is
// right, but need not be all.
[[nodiscard]] std::vector<Permutation> FindPermutations(
    const Structure& structure, std::size_t most, std::int64_t work);

}  // namespace acceld::placement
