// Search: exact branch and bound over a Problem. Depth first in a fixed order;
// at every node the lower bound is the exact minimum over the spanning forest
// of what is left (dynamic programming from the leaves to the root, which
// bounds all children of the node at once), plus row minima of the ties that
// the forest leaves out. Children are tried by bound, then key.
// One search per object; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "placement/interchange.h"
#include "placement/problem.h"
#include "placement/search_order.h"

namespace acceld::placement {

struct SearchLimits {
  SteadyTime deadline;
  std::int64_t max_nodes = 0;
  bool first_only = false;  // any placement will do
};

struct SearchResult {
  // By class, then replica: the value; nothing where none was found.
  std::optional<std::vector<std::vector<std::size_t>>> values;
  Cost total = kForbidden;
  Cost lower_bound = 0;  // proven; kForbidden where no placement exists
  std::int64_t nodes = 0;
  bool complete = false;  // the whole tree was searched or excluded
};

class Search {
 public:
  // All must outlive the search.
  Search(const Problem& problem, const SearchLimits& limits,
         const Clock& clock);
  // Call once.
  [[nodiscard]] SearchResult Run();

 private:
  // The state below one choice. costs: by position, then value; what the value
  // adds given the choices above; kForbidden where it may not be chosen.
  struct Level {
    std::vector<std::vector<Cost>> costs;
    std::vector<std::int64_t> left;  // by resource
    Cost total = 0;                  // of the choices above
  };
  struct Child {
    Cost bound = 0;
    std::size_t value = 0;
  };

  void Visit(std::size_t position, Cost bound);
  // Children of the node in the order to try them; those that cannot be better
  // than the best placement known are left out.
  [[nodiscard]] std::vector<Child> Branch(std::size_t position);
  // Lower bounds of all values at `position` into rest_[position]; returns the
  // sum of the minima of the other trees.
  [[nodiscard]] Cost BoundRest(std::size_t position);
  void SendToParent(std::size_t position);
  [[nodiscard]] std::vector<bool> Representatives(std::size_t position) const;
  void Choose(std::size_t position, std::size_t value);
  void ForbidOverfull(std::size_t position, std::size_t depth);
  void ForbidTooFar(std::size_t position);
  void ForbidByLimit(const PathLimit& limit,
                     const std::array<std::size_t, 3>& positions);
  void Record(Cost total);
  [[nodiscard]] bool Stopped();
  void PrepareMinima();
  [[nodiscard]] std::size_t DomainSize(std::size_t position) const {
    return problem_.classes[order_[position].values].domain.size();
  }

  const Problem& problem_;
  const SearchLimits limits_;
  const Clock& clock_;
  std::vector<SearchVariable> order_;
  Interchange interchange_;
  std::vector<Level> levels_;             // by depth
  std::vector<std::size_t> chosen_;       // by position
  std::vector<std::int64_t> site_users_;  // choices above, by site
  std::vector<std::vector<Cost>> rest_;   // by position, then value
  // By position, by entry of `earlier`, by value: least cost of the tie.
  std::vector<std::vector<std::vector<Cost>>> minima_;
  std::vector<std::size_t> best_;  // by position; empty: none yet
  Cost best_total_ = kForbidden;
  Cost open_bound_ = kForbidden;  // least bound of what was not searched
  std::int64_t nodes_ = 0;
  std::int64_t work_ = 0;  // cells read since the clock was
  bool stopped_ = false;
};

}  // namespace acceld::placement
