#include "placement/search/bounds.h"

#include <algorithm>
#include <utility>

namespace acceld::placement {
namespace {

// Cells of one pass over the forest beyond which it is left out.
constexpr std::int64_t kMostForestWork = 1'000'000;
// What one question to the cluster bound costs, in cells of a table.
constexpr std::int64_t kClusterWork = 4096;
// Open variables from which on the pair bound pays: below, the search is done
// sooner than it.
constexpr std::size_t kLeastPairs = 8;

}  // namespace

std::unique_ptr<Bounds> Bounds::Make(const Problem& problem, const State& state,
                                     Meter stopped) {
  Sites sites = NumberSites(problem, state);
  auto geometry = Survey(problem, sites, state.open(), stopped);
  if (!geometry) return nullptr;
  return std::unique_ptr<Bounds>(new Bounds(problem, state, std::move(sites),
                                            *std::move(geometry),
                                            std::move(stopped)));
}

Bounds::Bounds(const Problem& problem, const State& state, Sites sites,
               Geometry geometry, Meter stopped)
    : problem_(problem),
      state_(state),
      stopped_(std::move(stopped)),
      sites_(std::move(sites)),
      geometry_(std::move(geometry)),
      tree_(problem, state, sites_, geometry_),
      cluster_(ClusterBound::Make(problem, state, sites_, tree_, stopped_)) {}

Cost Bounds::Root() {
  return cluster_ ? cluster_->Bound(state_) : state_.total();
}

std::optional<Assignment> Bounds::RootSolution() {
  if (!cluster_ || Root() >= kForbidden) return std::nullopt;
  Assignment values = state_.chosen();
  Assignment open = cluster_->Solution();
  for (std::size_t c = 0; c < values.size(); ++c) {
    values[c].insert(values[c].end(), open[c].begin(), open[c].end());
  }
  return values;
}

void Bounds::MakeRest() {
  rest_ = std::unique_ptr<Rest>(
      new Rest{Symmetry(problem_, state_, sites_, tree_, stopped_),
               AssignmentBound(problem_, sites_, geometry_),
               GrowForest(problem_), std::nullopt});
  if (ForestBound::WorkOf(problem_, rest_->forest) <= kMostForestWork) {
    rest_->forest_bound.emplace(problem_, rest_->forest);
  }
}

void Bounds::Choose(std::size_t c, std::size_t value) {
  const std::size_t site = sites_.site[c][value];
  chosen_.push_back(site);
  rest_->symmetry.Take(site);
  if (cluster_) cluster_->Place(c, site);
  if (pair_) pair_->Place(c, site);
  if (image_) image_->Take(c, site);
}

void Bounds::Undo() {
  rest_->symmetry.Leave(chosen_.back());
  chosen_.pop_back();
  if (cluster_) cluster_->Remove();
  if (pair_) pair_->Remove();
  if (image_) image_->Leave();
}

Cost Bounds::Ask(Cost best) {
  if (rest_ == nullptr) MakeRest();
  has_forest_ = false;
  Cost bound = rest_->assignment.Bound(state_);
  work_ += rest_->assignment.work();
  if (bound >= best) return bound;
  if (rest_->forest_bound && forest_gauge_.Asks()) {
    const Cost forest = rest_->forest_bound->Bound(state_);
    work_ += rest_->forest_bound->work();
    has_forest_ = true;
    forest_gauge_.Count(forest > bound);
    bound = std::max(bound, forest);
  }
  if (pair_) bound = std::max(pair_->RoundUp(bound), AskPair(bound, best));
  rest_->symmetry.Refresh();
  if (image_) image_->Refresh();
  return bound;
}

Cost Bounds::AskPair(Cost bound, Cost best) {
  has_pair_ = bound < best && state_.open() >= kLeastPairs;
  if (!has_pair_) return 0;
  const Cost pairs = pair_->Bound(state_, best);
  work_ += pair_->work();
  return pairs;
}

// Replicas take sites of ascending rank; sites may have room for several.
bool Bounds::Follows(std::size_t c, std::size_t site) const {
  const auto& before = state_.chosen()[c];
  if (before.empty()) return true;
  return rest_->symmetry.rank(sites_.site[c][before.back()]) <=
         rest_->symmetry.rank(site);
}

Cost Bounds::With(std::size_t c, std::size_t value) const {
  if (state_.costs(c)[value] >= kForbidden) return kForbidden;
  const std::size_t site = sites_.site[c][value];
  if (has_symmetry_ && (!Follows(c, site) || rest_->symmetry.Skips(site))) {
    return kForbidden;
  }
  if (image_ && image_->Skips(c, site)) return kForbidden;
  Cost bound = rest_->assignment.BoundWith(c, site);
  if (has_forest_ && rest_->forest_bound->Knows(c)) {
    bound = std::max(bound, rest_->forest_bound->BoundWith(c, value));
  }
  if (pair_) bound = pair_->RoundUp(bound);
  if (has_pair_) bound = std::max(bound, pair_->BoundWith(c, site));
  return bound;
}

void Bounds::CompareImages() {
  if (rest_ == nullptr) MakeRest();
  std::vector<std::size_t> rank;
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    rank.push_back(rest_->symmetry.rank(site));
  }
  std::vector<std::int64_t> open;
  for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
    open.push_back(state_.open(c));
  }
  image_ = std::make_unique<LeastImage>(
      FindAutomorphisms(problem_, state_, sites_, tree_, stopped_),
      std::move(rank), open);
  if (image_->is_trivial()) image_ = nullptr;
}

void Bounds::CountPairs(Cost best) {
  if (rest_ == nullptr) MakeRest();
  if (rest_->assignment.Bound(state_) >= best) return;  // finds room as well
  pair_ = PairBound::Make(problem_, state_, sites_, rest_->assignment.room(),
                          best, stopped_);
}

void Bounds::Follow(const Bounds& root) {
  if (rest_ == nullptr) MakeRest();
  has_symmetry_ = root.has_symmetry_;
  if (root.image_) image_ = std::make_unique<LeastImage>(*root.image_);
  if (root.pair_) pair_ = root.pair_->CopyRoot(sites_, stopped_);
}

void Bounds::Restart() {
  forest_gauge_ = Gauge();
  cluster_gauge_ = Gauge();
  if (pair_) pair_->Restart();
}

bool Bounds::AsksCluster() {
  // With one variable left the assignment bound is exact.
  if (!cluster_ || state_.open() < 2) return false;
  if (!cluster_gauge_.Asks()) return false;
  cluster_->Forget();
  return true;
}

Cost Bounds::WithCluster(std::size_t c, std::size_t value) {
  work_ += kClusterWork;
  return cluster_->BoundWith(state_, c, sites_.site[c][value],
                             state_.Added(c, value));
}

void Bounds::CountCluster(std::size_t asked, std::size_t helped) {
  cluster_gauge_.Count(helped * 8 >= asked);
}

std::int64_t Bounds::TakeWork() { return std::exchange(work_, 0); }

}  // namespace acceld::placement
