#include "placement/search/cluster_tree.h"

#include <algorithm>
#include <utility>

namespace acceld::placement {
namespace {

constexpr std::int64_t kAbsent = -1;
// Before the number of a resource that several sites share.
constexpr std::int64_t kShared = -2;

}  // namespace

ClusterTree::ClusterTree(const Problem& problem, const State& state,
                         const Sites& sites, const Geometry& geometry)
    : root_of_(sites.size()), top_(sites.size()) {
  CountUsers(problem, sites);
  for (std::size_t site = 0; site < sites.size(); ++site) {
    root_of_[site] = site;
    top_[site] = site;
    Cluster& cluster = clusters_.emplace_back();
    cluster.site = site;
    cluster.first = site;
    SetType(site, SiteSignature(problem, state, sites, site));
  }
  const auto& edges = geometry.tree;
  for (std::size_t begin = 0; begin < edges.size();) {
    std::size_t end = begin;
    while (end < edges.size() && edges[end].cost == edges[begin].cost) ++end;
    const std::size_t before = clusters_.size();
    Merge(geometry, begin, end);
    for (std::size_t i = before; i < clusters_.size(); ++i) {
      SetType(i, WholeSignature(i));
    }
    begin = end;
  }
}

std::size_t ClusterTree::TopOf(std::size_t site) {
  while (root_of_[site] != site) {
    root_of_[site] = root_of_[root_of_[site]];
    site = root_of_[site];
  }
  return site;
}

void ClusterTree::Merge(const Geometry& geometry, std::size_t begin,
                        std::size_t end) {
  std::vector<std::size_t> roots;
  for (std::size_t i = begin; i < end; ++i) {
    roots.push_back(TopOf(geometry.tree[i].a));
    roots.push_back(TopOf(geometry.tree[i].b));
  }
  std::sort(roots.begin(), roots.end());
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t a = TopOf(geometry.tree[i].a);
    const std::size_t b = TopOf(geometry.tree[i].b);
    root_of_[std::max(a, b)] = std::min(a, b);
  }
  std::map<std::size_t, std::vector<std::size_t>> parts;
  for (const std::size_t root : roots) {
    parts[TopOf(root)].push_back(top_[root]);
  }
  for (auto& [root, members] : parts) {
    Cluster whole;
    whole.height = geometry.tree[begin].cost;
    std::sort(members.begin(), members.end(),
              [&](std::size_t a, std::size_t b) {
                const Cluster& x = clusters_[a];
                const Cluster& y = clusters_[b];
                return x.type != y.type ? x.type < y.type : x.first < y.first;
              });
    whole.first = root;
    for (const std::size_t part : members) {
      clusters_[part].parent = clusters_.size();
      whole.first = std::min(whole.first, clusters_[part].first);
    }
    whole.parts = std::move(members);
    top_[root] = clusters_.size();
    clusters_.push_back(std::move(whole));
  }
}

void ClusterTree::CountUsers(const Problem& problem, const Sites& sites) {
  users_.resize(problem.capacity.size());
  std::vector<std::size_t> last(problem.capacity.size(), kNone);
  for (std::size_t site = 0; site < sites.size(); ++site) {
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
      const std::size_t value = sites.value[c][site];
      if (value == kNone) continue;
      for (const Consumption& use : problem.classes[c].uses[value]) {
        if (last[use.resource] == site) continue;
        last[use.resource] = site;
        ++users_[use.resource];
      }
    }
  }
}

ClusterTree::Signature ClusterTree::SiteSignature(const Problem& problem,
                                                  const State& state,
                                                  const Sites& sites,
                                                  std::size_t site) const {
  Signature signature{kAbsent};  // a site's never equals a cluster's
  // Own resources are told apart by the order in which they are met.
  std::map<std::size_t, std::int64_t> own;
  for (std::size_t c = 0; c < problem.classes.size(); ++c) {
    const std::size_t value = sites.value[c][site];
    if (value == kNone) {
      signature.push_back(kAbsent);
      continue;
    }
    const VariableClass& values = problem.classes[c];
    signature.push_back(state.charges(c)[value]);
    signature.push_back(static_cast<std::int64_t>(values.uses[value].size()));
    for (const Consumption& use : values.uses[value]) {
      signature.push_back(state.AmountOf(c, value, use));
      if (users_[use.resource] > 1) {
        signature.push_back(kShared);
        signature.push_back(static_cast<std::int64_t>(use.resource));
      } else {
        const auto number = static_cast<std::int64_t>(own.size());
        signature.push_back(
            own.try_emplace(use.resource, number).first->second);
        signature.push_back(state.left(use.resource));
      }
    }
  }
  return signature;
}

ClusterTree::Signature ClusterTree::WholeSignature(std::size_t cluster) const {
  const Cluster& it = clusters_[cluster];
  Signature signature{it.height};
  for (const std::size_t part : it.parts) {
    signature.push_back(static_cast<std::int64_t>(clusters_[part].type));
  }
  return signature;
}

void ClusterTree::SetType(std::size_t cluster, Signature signature) {
  const auto [entry, is_new] =
      numbers_.try_emplace(std::move(signature), types_);
  if (is_new) ++types_;
  clusters_[cluster].type = entry->second;
}

Cost ClusterTree::Between(std::size_t site_a, std::size_t site_b) const {
  if (site_a == site_b) return 0;
  std::size_t a = site_a;  // a site's cluster has the site's number
  std::size_t b = site_b;
  while (a != b) {
    // Wholes have larger numbers than their parts.
    if (a < b) {
      a = clusters_[a].parent;
    } else {
      b = clusters_[b].parent;
    }
  }
  return clusters_[a].height;
}

}  // namespace acceld::placement
