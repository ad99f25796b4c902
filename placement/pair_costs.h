// PairCosts: what it costs to put a variable of one class here and one of
// another class there, with every pair that a rule excludes forbidden.
// Not thread-safe; lives inside one solve.
#pragma once

#include <cstddef>
#include <vector>

#include "placement/cost.h"

namespace acceld::placement {

class PairCosts {
 public:
  virtual ~PairCosts() = default;
  PairCosts() = default;
  PairCosts(const PairCosts&) = delete;
  PairCosts& operator=(const PairCosts&) = delete;

  // By value of the second class, where the first has `value`.
  [[nodiscard]] virtual const std::vector<Cost>& Row(
      std::size_t value) const = 0;
  // By value of the first class, where the second has `value`.
  [[nodiscard]] virtual const std::vector<Cost>& Column(
      std::size_t value) const = 0;
  // kB/s between the two, both ways together: no pair of different sites costs
  // less than this times the shorter of the two paths between them.
  [[nodiscard]] virtual Cost weight() const = 0;
  // Whether costs follow from paths and capacities alone: no rule names places.
  [[nodiscard]] virtual bool is_plain() const = 0;
};

}  // namespace acceld::placement
