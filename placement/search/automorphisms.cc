#include "placement/search/automorphisms.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace acceld::placement {
namespace {

// What is kept of each kind, and pairs looked at to find it, some 2 ns each.
constexpr std::size_t kMostSites = 1024;
constexpr std::size_t kMostClasses = 256;
constexpr std::int64_t kMostWork = 1'000'000;
// Sites, the fourth power of whose number limits what can be looked at.
constexpr std::size_t kMostPlaces = 128;
// Between places where a class may not be.
constexpr Cost kAbsent = -1;

class Explorer {
 public:
  Explorer(const Problem& problem, const State& start, const Sites& sites,
           const ClusterTree& tree)
      : problem_(problem), start_(start), sites_(sites), tree_(tree) {}

  [[nodiscard]] bool Read(const Meter& stopped) {
    const std::size_t classes = problem_.classes.size();
    among_classes_.relation.assign(classes * classes, 0);
    for (std::size_t a = 0; a < classes; ++a) {
      for (std::size_t b = 0; b < classes; ++b) {
        among_classes_.relation[a * classes + b] = NumberOf(TableOf(a, b));
        if (stopped(
                static_cast<std::int64_t>(4 * sites_.size() * sites_.size()))) {
          return false;
        }
      }
      among_classes_.colour.push_back(NumberOf(UnaryOf(a)));
    }
    RelateSites();
    return true;
  }

  [[nodiscard]] std::vector<Permutation> OfClasses() const {
    return FindPermutations(among_classes_, kMostClasses, kMostWork);
  }
  [[nodiscard]] std::vector<Permutation> OfSites() const {
    return FindPermutations(among_sites_, kMostSites, kMostWork);
  }

 private:
  using Costs = std::vector<Cost>;

  // By site of the first, then of the second; empty where nothing ties them.
  [[nodiscard]] Costs TableOf(std::size_t a, std::size_t b) const {
    Costs table;
    if (start_.open(a) == 0 || start_.open(b) == 0) return table;
    if (problem_.tables->Find(a, b) == nullptr) return table;
    for (const std::size_t value : sites_.value[a]) {
      if (value == kNone) {
        table.insert(table.end(), sites_.size(), kAbsent);
        continue;
      }
      const Costs& costs = problem_.tables->Costs(a, value, b);
      for (const std::size_t other : sites_.value[b]) {
        table.push_back(other == kNone ? kAbsent : costs[other]);
      }
    }
    return table;
  }

  // What a variable of the class costs and takes at each site, and how many
  // there are.
  [[nodiscard]] Costs UnaryOf(std::size_t c) const {
    Costs unary{start_.open(c)};
    if (start_.open(c) == 0) {
      unary.push_back(static_cast<Cost>(c));  // stays where it is
      return unary;
    }
    for (const std::size_t value : sites_.value[c]) {
      unary.push_back(value == kNone ? kAbsent : start_.costs(c)[value]);
      if (value == kNone) continue;
      const auto& uses = problem_.classes[c].uses[value];
      unary.push_back(static_cast<Cost>(uses.size()));
      for (const Consumption& use : uses) {
        unary.push_back(static_cast<Cost>(use.resource));
        unary.push_back(start_.AmountOf(c, value, use));
      }
    }
    return unary;
  }

  [[nodiscard]] std::size_t NumberOf(Costs costs) {
    return numbers_.try_emplace(std::move(costs), numbers_.size())
        .first->second;
  }

  // Two pairs of sites are related alike where all tables say the same of them.
  void RelateSites() {
    const std::size_t pairs = sites_.size() * sites_.size();
    auto& relation = among_sites_.relation;
    relation.assign(pairs, 0);
    for (const auto& [costs, number] : numbers_) {
      const bool is_table = std::count(among_classes_.relation.begin(),
                                       among_classes_.relation.end(), number);
      if (!is_table || costs.empty()) continue;
      std::map<std::pair<std::size_t, Cost>, std::size_t> finer;
      for (std::size_t i = 0; i < pairs; ++i) {
        relation[i] = finer.try_emplace({relation[i], costs[i]}, finer.size())
                          .first->second;
      }
    }
    for (std::size_t site = 0; site < sites_.size(); ++site) {
      among_sites_.colour.push_back(tree_.clusters()[site].type);
    }
  }

  const Problem& problem_;
  const State& start_;
  const Sites& sites_;
  const ClusterTree& tree_;
  std::map<Costs, std::size_t> numbers_;
  Structure among_sites_;
  Structure among_classes_;
};

Permutation Identity(std::size_t size) {
  Permutation identity(size);
  std::iota(identity.begin(), identity.end(), std::size_t{0});
  return identity;
}

}  // namespace

Automorphisms FindAutomorphisms(const Problem& problem, const State& start,
                                const Sites& sites, const ClusterTree& tree,
                                const Meter& stopped) {
  Automorphisms found;
  found.sites.push_back(Identity(sites.size()));
  found.classes.push_back(Identity(problem.classes.size()));
  const bool has_more = !problem.limits.empty() || problem.loads != nullptr ||
                        !problem.activations.empty();
  if (has_more || sites.size() > kMostPlaces) return found;
  Explorer explorer(problem, start, sites, tree);
  if (!explorer.Read(stopped)) return found;
  for (auto& one : explorer.OfSites()) found.sites.push_back(std::move(one));
  for (auto& one : explorer.OfClasses()) {
    found.classes.push_back(std::move(one));
  }
  return found;
}

}  // namespace acceld::placement
