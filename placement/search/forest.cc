#include "placement/search/forest.h"

#include <tuple>
#include <utility>

namespace acceld::placement {
namespace {

class Ordering {
 public:
  explicit Ordering(const Problem& problem) : problem_(problem) {
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
      for (std::int64_t r = 0; r < problem.classes[c].count; ++r) {
        left_.push_back({c, r, kNone, -1});
      }
    }
  }

  std::vector<ForestNode> Run() {
    while (!left_.empty()) Take(Next());
    return std::move(order_);
  }

 private:
  struct Waiting {
    std::size_t values = 0;
    std::int64_t replica = 0;
    std::size_t nearest = kNone;  // position with the heaviest tie
    Cost weight = -1;             // of that tie; -1: tied to none yet
  };

  // Heaviest tie to what is ordered, then fewest values, then as listed.
  [[nodiscard]] std::size_t Next() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < left_.size(); ++i) {
      if (Rank(left_[i]) < Rank(left_[best])) best = i;
    }
    return best;
  }

  [[nodiscard]] std::tuple<Cost, std::size_t> Rank(const Waiting& one) const {
    return {-one.weight, problem_.classes[one.values].domain.size()};
  }

  void Take(std::size_t index) {
    const Waiting taken = left_[index];
    left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(index));
    const std::size_t position = order_.size();
    ForestNode variable;
    variable.values = taken.values;
    variable.replica = taken.replica;
    variable.parent = taken.nearest;
    for (std::size_t p = 0; p < position; ++p) {
      if (problem_.tables->Find(order_[p].values, taken.values) == nullptr) {
        continue;
      }
      if (p != taken.nearest) variable.earlier.push_back(p);
    }
    order_.push_back(std::move(variable));
    for (Waiting& waiting : left_) Tie(waiting, position);
  }

  void Tie(Waiting& waiting, std::size_t position) const {
    const PairCosts* table =
        problem_.tables->Find(order_[position].values, waiting.values);
    if (table == nullptr || table->weight() <= waiting.weight) return;
    waiting.weight = table->weight();
    waiting.nearest = position;
  }

  const Problem& problem_;
  std::vector<Waiting> left_;
  std::vector<ForestNode> order_;
};

}  // namespace

std::vector<ForestNode> GrowForest(const Problem& problem) {
  return Ordering(problem).Run();
}

}  // namespace acceld::placement
