#include "placement/search/search.h"

#include <algorithm>
#include <utility>

#include "placement/search/greedy.h"
#include "placement/search/improve.h"
#include "placement/search/shake.h"

namespace acceld::placement {
namespace {

// Cells of cost tables between two looks at the clock: some 30 us of work,
// against which reading it (about 25 ns) does not count.
constexpr std::int64_t kWorkPerLook = 65536;
// What a node costs at least, in cells.
constexpr std::int64_t kWorkPerNode = 512;
// And a move that is tried while a placement is improved.
constexpr std::int64_t kWorkPerMove = 4096;
constexpr std::int64_t kWorkPerValue = 64;
// Placements near the best one that are tried where a search is long.
constexpr int kShakes = 256;
constexpr std::size_t kManyValues = 1024;

std::size_t CountValues(const Problem& problem) {
  std::size_t count = 0;
  for (const VariableClass& values : problem.classes) {
    count += values.domain.size();
  }
  return count;
}

}  // namespace

Search::Search(const Problem& problem, const SearchLimits& limits,
               const Clock& clock)
    : problem_(problem), limits_(limits), clock_(clock), state_(problem) {}

SearchResult Search::Run() {
  SearchResult result;
  work_ = kWorkPerLook;  // look at the clock before anything is computed
  if (!Stopped()) {
    Begin();
  } else {
    open_bound_ = 0;
  }
  result.nodes = nodes_;
  result.complete = !stopped_;
  result.total = best_total_;
  result.lower_bound = std::min(best_total_, open_bound_);
  result.values = std::move(best_);
  return result;
}

void Search::Begin() {
  if (!PlaceForced()) return;
  if (state_.complete()) {
    Record(state_.chosen(), state_.total());
    return;
  }
  // Where a look at all sites may take longer than there is time.
  values_ = CountValues(problem_);
  const bool is_large = values_ > kManyValues;
  if (is_large) StartGreedily();
  bounds_ = Bounds::Make(problem_, state_, [this](std::int64_t work) {
    work_ += work;
    return Stopped();
  });
  if (bounds_ == nullptr) {
    open_bound_ = state_.total();
    return;
  }
  if (!limits_.symmetry) bounds_->IgnoreSymmetry();
  const Cost root = bounds_->Root();
  if (root >= best_total_) return;
  if (auto values = bounds_->RootSolution()) Offer(*std::move(values));
  if (root < best_total_ && !is_large) StartGreedily();
  if (root < best_total_) Explore(root);
}

void Search::Explore(Cost root) {
  if (IsDone(root, limits_.easy_nodes)) return;
  if (limits_.symmetry) bounds_->CompareImages();
  if (IsDone(root, limits_.hard_nodes)) return;
  ShakeBest();
  if (root >= best_total_) return;
  bounds_->CountPairs(best_total_);
  ExploreParts(root);
}

// Searches until there were so many nodes.
bool Search::IsDone(Cost& root, std::int64_t nodes) {
  stage_nodes_ = nodes;
  open_bound_ = kForbidden;
  Visit(root);
  open_bound_ = std::max(open_bound_, root);
  root = open_bound_;
  return stopped_ || nodes_ < nodes || root >= best_total_;
}

bool Search::PlaceForced() {
  for (bool placed = true; placed;) {
    placed = false;
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const std::vector<Cost>& costs = state_.costs(c);
      if (state_.open(c) == 0) continue;
      const auto allowed =
          std::count_if(costs.begin(), costs.end(),
                        [](Cost cost) { return cost < kForbidden; });
      if (allowed == 0) return false;
      if (allowed > 1 || state_.open(c) > 1) continue;
      const auto only = std::find_if(costs.begin(), costs.end(), [](Cost cost) {
        return cost < kForbidden;
      });
      state_.Choose(c, static_cast<std::size_t>(only - costs.begin()));
      placed = true;
    }
  }
  return true;
}

void Search::Visit(Cost bound) {
  Follow();
  if (bound >= best_total_) return;
  if (Stopped() || nodes_ >= stage_nodes_) {
    open_bound_ = std::min(open_bound_, bound);
    return;
  }
  if (state_.complete()) {
    if (state_.total() < best_total_) Record(state_.chosen(), state_.total());
    return;
  }
  ++nodes_;
  const Branch branch = Expand(bound);
  work_ += kWorkPerNode + bounds_->TakeWork();
  for (const Child& child : branch.children) {
    if (child.bound >= best_total_) return;
    if (stopped_ || nodes_ >= stage_nodes_) {
      open_bound_ = std::min(open_bound_, child.bound);
      return;  // the children that follow have no lower bound
    }
    state_.Choose(branch.c, child.value);
    bounds_->Choose(branch.c, child.value);
    Visit(child.bound);
    bounds_->Undo();
    state_.Undo();
  }
}

Search::Branch Search::Expand(Cost bound) {
  Branch branch;
  bound = std::max(bound, bounds_->Ask(best_total_));
  if (bound >= best_total_) return branch;
  const auto narrowest = Narrowest(bound);
  if (!narrowest) return branch;
  branch.c = *narrowest;
  const std::size_t values = problem_.classes[branch.c].domain.size();
  for (std::size_t value = 0; value < values; ++value) {
    const Cost with = std::max(bound, bounds_->With(branch.c, value));
    if (with < best_total_) branch.children.push_back({with, value});
  }
  AskCluster(branch);
  // Stable: values are in key order.
  std::stable_sort(
      branch.children.begin(), branch.children.end(),
      [](const Child& a, const Child& b) { return a.bound < b.bound; });
  return branch;
}

// Of equals, the class whose values promise least.
std::optional<std::size_t> Search::Narrowest(Cost bound) const {
  std::optional<std::size_t> narrowest;
  std::size_t fewest = 0;
  Cost heaviest = 0;
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    if (state_.open(c) == 0) continue;
    std::size_t count = 0;
    Cost sum = 0;
    const std::size_t values = problem_.classes[c].domain.size();
    for (std::size_t value = 0; value < values; ++value) {
      const Cost with = std::max(bound, bounds_->With(c, value));
      if (with >= best_total_) continue;
      ++count;
      sum = AddCost(sum, with);
    }
    if (count == 0) return std::nullopt;
    if (narrowest && (count > fewest || (count == fewest && sum <= heaviest))) {
      continue;
    }
    narrowest = c;
    fewest = count;
    heaviest = sum;
  }
  return narrowest;
}

void Search::AskCluster(Branch& branch) {
  if (branch.children.empty() || !bounds_->AsksCluster()) return;
  const std::size_t asked = branch.children.size();
  for (Child& child : branch.children) {
    child.bound =
        std::max(child.bound, bounds_->WithCluster(branch.c, child.value));
  }
  std::erase_if(branch.children,
                [&](const Child& child) { return child.bound >= best_total_; });
  bounds_->CountCluster(asked, asked - branch.children.size());
}

void Search::StartGreedily() {
  const auto stopped = [this](std::int64_t work) {
    work_ += work;
    return Stopped();
  };
  // Also where time ran out meanwhile: an answer beats none.
  for (auto& values : GreedyStarts(problem_, stopped)) {
    if (stopped_ && best_) return;
    Offer(std::move(values));
  }
}

// What a search of this length costs anyway; a better placement excludes more.
void Search::ShakeBest() {
  std::uint64_t random = 1;
  for (int i = 0; i < kShakes && best_ && !Stopped(); ++i) {
    Assignment values = Shake(problem_, *best_, random);
    const Cost total = Evaluate(problem_, values);
    if (total >= kForbidden) continue;
    const Cost improved = ImproveFrom(total, values);
    if (improved < best_total_) Record(std::move(values), improved);
  }
}

Cost Search::ImproveFrom(Cost total, Assignment& values) {
  // A move looks at as many costs as there are values, computed now at worst.
  const auto work = std::max(
      kWorkPerMove, kWorkPerValue * static_cast<std::int64_t>(values_));
  const auto stopped = [this, work] {
    work_ += work;
    return Stopped();
  };
  return Improve(problem_, stopped, total, values);
}

void Search::Offer(Assignment values) {
  const Cost total = Evaluate(problem_, values);
  if (total < best_total_) Record(std::move(values), total);
}

void Search::Record(Assignment values, Cost total) {
  best_ = std::move(values);
  best_total_ = total;
  if (limits_.first_only) {
    stopped_ = true;
    return;
  }
  best_total_ = ImproveFrom(best_total_, *best_);
  if (incumbents_ != nullptr) incumbents_->Found(subtree_, best_total_);
}

bool Search::Stopped() {
  if (stopped_) return true;
  if (nodes_ >= limits_.max_nodes) stopped_ = true;
  if (work_ >= kWorkPerLook) {
    work_ = 0;
    if (clock_.Now() >= limits_.deadline) stopped_ = true;
  }
  return stopped_;
}

}  // namespace acceld::placement
