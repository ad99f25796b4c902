#include "placement/interchange.h"

#include <algorithm>
#include <map>

namespace acceld::placement {
namespace {

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

class Finder {
 public:
  explicit Finder(const Problem& problem) : problem_(problem) {
    NumberSites();
    CountUsers();
  }

  Interchange Run() {
    std::vector<std::size_t> first_of_set;
    found_.set.resize(value_of_.size());
    for (std::size_t site = 0; site < value_of_.size(); ++site) {
      const auto same =
          std::find_if(first_of_set.begin(), first_of_set.end(),
                       [&](std::size_t first) { return Equal(first, site); });
      found_.set[site] = static_cast<std::size_t>(same - first_of_set.begin());
      if (same == first_of_set.end()) first_of_set.push_back(site);
    }
    return std::move(found_);
  }

 private:
  void NumberSites() {
    std::map<graph::VertexId, std::size_t> numbers;
    const std::size_t classes = problem_.classes.size();
    for (std::size_t c = 0; c < classes; ++c) {
      const auto& domain = problem_.classes[c].domain;
      auto& sites = found_.site.emplace_back();
      for (std::size_t value = 0; value < domain.size(); ++value) {
        const auto [entry, is_new] =
            numbers.try_emplace(domain[value], value_of_.size());
        if (is_new) value_of_.emplace_back(classes, kAbsent);
        value_of_[entry->second][c] = value;
        sites.push_back(entry->second);
      }
    }
  }

  // Of each resource, how many sites use it: those of one are its own.
  void CountUsers() {
    std::vector<std::vector<std::size_t>> users(problem_.capacity.size());
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const auto& uses = problem_.classes[c].uses;
      for (std::size_t value = 0; value < uses.size(); ++value) {
        for (const Consumption& use : uses[value]) {
          users[use.resource].push_back(found_.site[c][value]);
        }
      }
    }
    for (auto& sites : users) {
      std::sort(sites.begin(), sites.end());
      sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
      users_.push_back(sites.size());
    }
  }

  [[nodiscard]] bool Equal(std::size_t a, std::size_t b) const {
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      const std::size_t x = value_of_[a][c];
      const std::size_t y = value_of_[b][c];
      if ((x == kAbsent) != (y == kAbsent)) return false;
      if (x == kAbsent) continue;
      const VariableClass& values = problem_.classes[c];
      if (values.unary[x] != values.unary[y]) return false;
      if (!EqualUses(values.uses[x], values.uses[y])) return false;
    }
    return EqualTables(a, b) && EqualLimits(a, b);
  }

  [[nodiscard]] bool EqualUses(const std::vector<Consumption>& a,
                               const std::vector<Consumption>& b) const {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(),
        [&](const Consumption& x, const Consumption& y) {
          if (x.amount != y.amount) return false;
          if (x.resource == y.resource) return true;
          return users_[x.resource] == 1 && users_[y.resource] == 1 &&
                 problem_.capacity[x.resource] == problem_.capacity[y.resource];
        });
  }

  [[nodiscard]] bool EqualTables(std::size_t a, std::size_t b) const {
    for (std::size_t c = 0; c < problem_.classes.size(); ++c) {
      if (value_of_[a][c] == kAbsent) continue;
      for (std::size_t other = 0; other < problem_.classes.size(); ++other) {
        if (problem_.tables->Find(c, other) == nullptr) continue;
        if (!EqualRows(a, b, c, other)) return false;
      }
    }
    return true;
  }

  // Whether the costs of `a` in class `c` towards class `other` are those of
  // `b`, with the two exchanged there as well.
  [[nodiscard]] bool EqualRows(std::size_t a, std::size_t b, std::size_t c,
                               std::size_t other) const {
    const auto& mine = problem_.tables->Costs(c, value_of_[a][c], other);
    const auto& theirs = problem_.tables->Costs(c, value_of_[b][c], other);
    const std::size_t at_a = value_of_[a][other];
    const std::size_t at_b = value_of_[b][other];
    for (std::size_t value = 0; value < mine.size(); ++value) {
      std::size_t image = value;
      if (value == at_a) image = at_b;
      if (value == at_b) image = at_a;
      // Exchange is only equal if both are there; Equal() saw to the classes.
      if (image == kAbsent || mine[value] != theirs[image]) return false;
    }
    return true;
  }

  [[nodiscard]] bool EqualLimits(std::size_t a, std::size_t b) const {
    return std::all_of(problem_.limits.begin(), problem_.limits.end(),
                       [&](const PathLimit& limit) {
                         return EqualLegs(a, b, limit.from, limit.buffer) &&
                                EqualLegs(a, b, limit.buffer, limit.to);
                       });
  }

  // Latencies from values of one class to values of another.
  [[nodiscard]] bool EqualLegs(std::size_t a, std::size_t b, std::size_t from,
                               std::size_t to) const {
    const VariableClass& sources = problem_.classes[from];
    const VariableClass& sinks = problem_.classes[to];
    if (value_of_[a][from] != kAbsent) {
      const graph::VertexId x = sources.domain[value_of_[a][from]];
      const graph::VertexId y = sources.domain[value_of_[b][from]];
      for (const graph::VertexId sink : sinks.domain) {
        if (problem_.LatencyBetween(x, sink) !=
            problem_.LatencyBetween(y, sink)) {
          return false;
        }
      }
    }
    if (value_of_[a][to] != kAbsent) {
      const graph::VertexId x = sinks.domain[value_of_[a][to]];
      const graph::VertexId y = sinks.domain[value_of_[b][to]];
      for (const graph::VertexId source : sources.domain) {
        if (problem_.LatencyBetween(source, x) !=
            problem_.LatencyBetween(source, y)) {
          return false;
        }
      }
    }
    return true;
  }

  const Problem& problem_;
  Interchange found_;
  std::vector<std::vector<std::size_t>> value_of_;  // by site, then class
  std::vector<std::size_t> users_;                  // by resource
};

}  // namespace

Interchange FindInterchangeable(const Problem& problem) {
  return Finder(problem).Run();
}

}  // namespace acceld::placement
