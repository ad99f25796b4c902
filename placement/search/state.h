// State: a partial placement. What each value of each class would add to it,
// and what is left of every resource. Levels are kept, so that taking back a
// choice costs nothing.
//
// What is paid once (Activations of a problem) is in no table of costs: the
// first variable of a group pays it, in Added() and total(). What any variable
// of the group pays at least, whoever is the first, is its share: the cost
// divided by the most variables that can still be there.
// Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "placement/problem.h"
#include "placement/search/link_room.h"

namespace acceld::placement {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// By class, then replica: the value.
using Assignment = std::vector<std::vector<std::size_t>>;

class State {
 public:
  explicit State(const Problem& problem);

  // Gives the next replica of `c` this value. Requires: there is one, and its
  // cost is not forbidden.
  void Choose(std::size_t c, std::size_t value);
  // Takes the last choice back.
  void Undo();

  [[nodiscard]] bool complete() const { return depth_ == variables_; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  // Variables without a value yet.
  [[nodiscard]] std::size_t open() const { return variables_ - depth_; }
  // Of the choices so far.
  [[nodiscard]] Cost total() const { return levels_[depth_].total; }
  // What one more variable of the class would add, by value, without what is
  // paid once; kForbidden where it may not be there.
  [[nodiscard]] const std::vector<Cost>& costs(std::size_t c) const {
    return levels_[depth_].costs[c];
  }
  // The same with its shares of what is paid once and not paid yet. However the
  // open variables are placed, they cost at least the sum of these and of what
  // they cost each other.
  [[nodiscard]] const std::vector<Cost>& charges(std::size_t c) const {
    return problem_.activations.empty() ? costs(c) : levels_[depth_].charges[c];
  }
  // All that one more variable of the class would add at this value.
  [[nodiscard]] Cost Added(std::size_t c, std::size_t value) const;

  // Groups of which something is chosen.
  [[nodiscard]] const std::vector<std::size_t>& activated() const {
    return activated_;
  }
  [[nodiscard]] bool IsPaid(std::size_t group) const {
    return users_in_[group] > 0;
  }
  // How many open variables can be in the group at most.
  [[nodiscard]] std::int64_t OpenIn(std::size_t group) const;
  // Of the cost of the group, by each open variable in it; 0 where it is paid.
  [[nodiscard]] Cost Share(std::size_t group) const;
  // What one more variable of the class at this value takes of a resource.
  [[nodiscard]] std::int64_t AmountOf(std::size_t c, std::size_t value,
                                      const Consumption& use) const {
    return use.once && IsUsed(c, value) ? 0 : use.amount;
  }
  [[nodiscard]] std::int64_t left(std::size_t resource) const {
    return levels_[depth_].left[resource];
  }
  // Replicas of the class without a value yet.
  [[nodiscard]] std::int64_t open(std::size_t c) const {
    return problem_.classes[c].count -
           static_cast<std::int64_t>(chosen_[c].size());
  }
  [[nodiscard]] const Assignment& chosen() const { return chosen_; }

 private:
  struct Level {
    std::vector<std::vector<Cost>> costs;    // by class, then value
    std::vector<std::vector<Cost>> charges;  // likewise; only with groups
    std::vector<std::int64_t> left;          // by resource
    Cost total = 0;
  };
  struct User {
    std::size_t c = 0;
    std::size_t value = 0;
    Consumption use;
  };

  void ListClassesOfGroups();
  // Whether a variable is at the place of the value.
  [[nodiscard]] bool IsUsed(std::size_t c, std::size_t value) const {
    return users_at_.contains(problem_.classes[c].domain[value]);
  }
  // Counts the value in its groups.
  void Activate(std::size_t c, std::size_t value);
  void FillCharges();
  void ForbidOverfull(std::size_t resource);
  void ForbidTooFar(std::size_t c, std::size_t value);
  void ForbidByLimit(const PathLimit& limit, std::size_t open_class,
                     std::array<graph::VertexId, 3> ends, std::size_t open);

  const Problem& problem_;
  std::vector<std::vector<User>> users_;              // by resource
  std::vector<Level> levels_;                         // by depth
  std::vector<std::size_t> order_;                    // class of each choice
  std::vector<std::vector<std::size_t>> classes_in_;  // by group
  std::vector<std::int64_t> users_in_;                // by group: chosen values
  std::vector<std::size_t> activated_;  // groups, in the order of choices
  std::vector<Cost> shares_;            // by group; of FillCharges()
  Assignment chosen_;
  bool counts_places_ = false;  // something is taken once a place
  std::map<graph::VertexId, std::int64_t> users_at_;  // where it is; none is 0
  std::optional<LinkRoom> links_;                     // where links can run out
  std::size_t depth_ = 0;
  std::size_t variables_ = 0;
};

}  // namespace acceld::placement
