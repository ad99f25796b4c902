// LeastImage: of all placements that automorphisms make of one another
// (search/automorphisms.h) the search needs one. This keeps the one that is
// first in the order of the search tree.
//
// Two leaves of the tree are compared where their paths part: there one
// variable is placed, at sites of different rank, and the lesser rank is first.
// A placement is passed over only where an automorphism makes an earlier one of
// it, so the first of all is never passed over. The rules of search/symmetry.h,
// that of sites which can be exchanged the first is tried and that replicas
// take sites of ascending rank, pass over a placement for the same reason, by
// the same ranks; so all of them hold together.
//
// An automorphism takes a placement to its image: the variable `c` is then
// where the image of `source(c)` was. How far the image is known to be equal is
// kept for each, along the path; it waits where the image depends on what is
// not placed yet. Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "placement/search/automorphisms.h"

namespace acceld::placement {

class LeastImage {
 public:
  // `rank`: by site. `open`: by class, how many are to be placed.
  LeastImage(Automorphisms automorphisms, std::vector<std::size_t> rank,
             const std::vector<std::int64_t>& open);

  // Whether there is anything to compare with.
  [[nodiscard]] bool is_trivial() const { return levels_.front().empty(); }

  // The next replica of the class is placed there; and taken back.
  void Take(std::size_t c, std::size_t site);
  void Leave();
  // Call after changes, before Skips().
  void Refresh();
  // Whether with the next variable, one of class `c`, at the site, some image
  // comes earlier.
  [[nodiscard]] bool Skips(std::size_t c, std::size_t site) const {
    return skips_[c * rank_.size() + site] != 0;
  }

 private:
  // An automorphism whose image is no different yet.
  struct Open {
    std::uint32_t sites = 0;    // which
    std::uint32_t classes = 0;  // which
    std::size_t equal = 0;      // choices, from the first, that are
  };
  struct Choice {
    std::size_t c = 0;
    std::size_t replica = 0;
    std::size_t site = 0;
  };
  enum class Order { kOpen, kLater, kEarlier };

  [[nodiscard]] Order Compare(Open& one) const;
  void SkipByEqual(const Open& one);
  void SkipByWaiting(const Open& one);
  void Skip(std::size_t c, std::size_t site) {
    skips_[c * rank_.size() + site] = 1;
  }

  const Automorphisms automorphisms_;
  const std::vector<std::size_t> rank_;
  const std::vector<std::int64_t> count_;         // by class
  std::vector<std::vector<std::size_t>> placed_;  // sites, by class
  std::vector<Choice> path_;
  std::vector<std::vector<Open>> levels_;  // by length of the path
  std::vector<char> skips_;                // by class, then site
  std::size_t earlier_ =
      0;  // paths of this length and more have earlier images
};

}  // namespace acceld::placement
