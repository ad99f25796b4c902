// Whether variables that must all be in different places can be: the pigeonhole
// principle, which a search by cost finds out only by trying everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace acceld::placement {

// Replicas that may take one of these labels each (-1: one that is equal to no
// other).
struct LabelWish {
  std::int64_t count = 0;
  std::vector<std::int64_t> labels;  // any order, repeated or not
};

// Whether each replica of each wish can have a label that no other has: a
// matching of replicas and labels, by augmenting paths.
// Complexity: replicas x labels, of those wishes that have fewer labels than
// there are replicas in all; the others can always be served last.
[[nodiscard]] bool CanAllDiffer(std::vector<LabelWish> wishes);

}  // namespace acceld::placement
