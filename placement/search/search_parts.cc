// Search, second half: in parts, by several threads.
#include <algorithm>
#include <utility>

#include "placement/link_loads.h"
#include "placement/pair_costs.h"
#include "placement/search/search.h"

namespace acceld::placement {
namespace {

// Parts of a search: so many that threads end at about the same time, and so
// few that walking to them does not count.
constexpr std::size_t kEnoughSubtrees = 64;
// Cells of the tables of costs, which threads share and that are filled before
// there are any.
constexpr std::size_t kMostCells = 1'000'000;

template <typename Visit>
void ForEachPair(const Problem& problem, Visit visit) {
  for (std::size_t a = 0; a < problem.classes.size(); ++a) {
    for (std::size_t b = a; b < problem.classes.size(); ++b) {
      visit(a, b, problem.classes[a].domain.size(),
            problem.classes[b].domain.size());
    }
  }
}

// Fills what is else filled when it is first read. Returns false where that is
// too much.
bool FillTables(const Problem& problem) {
  std::size_t cells = 0;
  ForEachPair(problem, [&](std::size_t a, std::size_t b, std::size_t m,
                           std::size_t n) {
    const bool has_paths = problem.loads && problem.loads->Between(a, b) > 0;
    if (has_paths || problem.tables->Find(a, b) != nullptr) cells += m * n;
  });
  if (cells > kMostCells) return false;
  ForEachPair(problem, [&](std::size_t a, std::size_t b, std::size_t m,
                           std::size_t n) {
    if (const PairCosts* table = problem.tables->Find(a, b)) {
      for (std::size_t value = 0; value < m; ++value) (void)table->Row(value);
      for (std::size_t value = 0; value < n; ++value) {
        (void)table->Column(value);
      }
    }
    if (!problem.loads || problem.loads->Between(a, b) == 0) return;
    for (std::size_t x = 0; x < m; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        problem.loads->ForEach(a, x, b, y, [](std::uint32_t, std::int64_t) {});
      }
    }
  });
  return true;
}

}  // namespace

Search::Search(Search& root)
    : problem_(root.problem_),
      limits_(root.limits_),
      clock_(root.clock_),
      state_(problem_),
      values_(root.values_),
      nodes_(root.nodes_) {}

std::unique_ptr<Search> Search::Beside(Search& root) {
  auto other = std::unique_ptr<Search>(new Search(root));
  (void)other->PlaceForced();  // as in `root`
  other->bounds_ = Bounds::Make(other->problem_, other->state_,
                                [search = other.get()](std::int64_t work) {
                                  search->work_ += work;
                                  return search->Stopped();
                                });
  if (other->bounds_ == nullptr) return nullptr;
  other->bounds_->Follow(*root.bounds_);
  return other;
}

void Search::ExploreParts(Cost root) {
  stage_nodes_ = std::numeric_limits<std::int64_t>::max();
  const std::vector<Subtree> subtrees = Divide(root);
  const auto others = StartOthers(subtrees.size());
  std::vector<Walk> walks;
  const auto add = [&](Search& search) {
    walks.push_back([&](std::size_t index, Cost beat, Incumbents& incumbents) {
      return search.SearchBelow(subtrees[index], index, beat, incumbents);
    });
  };
  add(*this);
  for (const auto& other : others) add(*other);
  std::optional<Assignment> best = std::move(best_);
  Finding found = SearchSubtrees(subtrees.size(), best_total_, walks);
  best_ = found.values ? std::move(found.values) : std::move(best);
  best_total_ = found.least;
  stopped_ = !found.is_complete;
  open_bound_ = std::max(found.open, root);
}

std::vector<Subtree> Search::Divide(Cost root) {
  std::vector<Subtree> subtrees = {{{}, root}};
  for (bool is_new = true; is_new && !Stopped();) {
    is_new = false;
    std::vector<Subtree> next;
    for (std::size_t i = 0; i < subtrees.size(); ++i) {
      const bool is_enough =
          next.size() + subtrees.size() - i >= kEnoughSubtrees;
      const bool is_leaf = subtrees[i].path.size() == state_.open();
      if (is_enough || is_leaf || Stopped()) {
        next.push_back(std::move(subtrees[i]));
      } else {
        AddChildren(subtrees[i], next);
        is_new = true;
      }
    }
    subtrees = std::move(next);
  }
  return subtrees;
}

void Search::AddChildren(const Subtree& subtree, std::vector<Subtree>& into) {
  if (!Descend(subtree.path)) return;
  ++nodes_;
  const Branch branch = Expand(subtree.bound);
  work_ += bounds_->TakeWork();
  Climb(subtree.path.size());
  for (const Child& child : branch.children) {
    Subtree below{subtree.path, child.bound};
    below.path.push_back({branch.c, child.value});
    into.push_back(std::move(below));
  }
}

std::vector<std::unique_ptr<Search>> Search::StartOthers(std::size_t subtrees) {
  std::vector<std::unique_ptr<Search>> others;
  const std::size_t most =
      limits_.first_only ? 1 : std::min(limits_.threads, subtrees);
  if (most < 2 || !FillTables(problem_)) return others;
  while (others.size() + 1 < most) {
    auto other = Beside(*this);
    if (other == nullptr) break;
    others.push_back(std::move(other));
  }
  return others;
}

Finding Search::SearchBelow(const Subtree& subtree, std::size_t index,
                            Cost beat, Incumbents& incumbents) {
  best_.reset();
  best_total_ = beat;
  open_bound_ = kForbidden;
  incumbents_ = &incumbents;
  subtree_ = index;
  is_alone_ = true;
  bounds_->Restart();
  if (Stopped()) {
    open_bound_ = subtree.bound;
  } else if (subtree.bound < beat && Descend(subtree.path)) {
    Visit(subtree.bound);
    Climb(subtree.path.size());
  }
  incumbents_ = nullptr;
  return {std::move(best_), beat,      best_total_,
          open_bound_,      is_alone_, !stopped_};
}

// At the root itself nothing is asked anew: what is known there is the same for
// all parts.
bool Search::Descend(const std::vector<Choice>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && bounds_->Ask(best_total_) >= best_total_) {
      Climb(i);
      return false;
    }
    state_.Choose(path[i].c, path[i].value);
    bounds_->Choose(path[i].c, path[i].value);
  }
  return true;
}

void Search::Climb(std::size_t choices) {
  for (; choices > 0; --choices) {
    bounds_->Undo();
    state_.Undo();
  }
}

void Search::Follow() {
  if (incumbents_ == nullptr) return;
  const Cost known = incumbents_->Before(subtree_);
  if (known >= best_total_) return;
  best_.reset();
  best_total_ = known;
  is_alone_ = false;
}

}  // namespace acceld::placement
