// ClusterTree: sites grouped by nearness. A cluster's parts are at least its
// height apart, which makes the tree the largest ultrametric below the
// distances (single linkage): what the bound and the symmetries run over.
// A value; thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "placement/cost.h"
#include "placement/search/geometry.h"
#include "placement/search/sites.h"
#include "placement/search/state.h"

namespace acceld::placement {

struct Cluster {
  Cost height = 0;                 // least distance between two of its parts
  std::vector<std::size_t> parts;  // clusters, by type, then least site
  std::size_t parent = kNone;
  std::size_t site = kNone;  // of a cluster that is one site
  std::size_t first = 0;     // least site
  // Clusters of one type are built alike: equal heights and parts, sites that
  // the same classes may use at the same costs and with equal shares of
  // resources. That does not make them interchangeable (search/symmetry.h).
  std::size_t type = 0;
};

class ClusterTree {
 public:
  // Costs and resources are those of `state`, which need not be empty.
  ClusterTree(const Problem& problem, const State& state, const Sites& sites,
              const Geometry& geometry);

  // Parts come before what they are part of; the last one is the whole.
  [[nodiscard]] const std::vector<Cluster>& clusters() const {
    return clusters_;
  }
  [[nodiscard]] std::size_t whole() const { return clusters_.size() - 1; }
  [[nodiscard]] std::size_t types() const { return types_; }
  // Distance in the tree; 0 of a site to itself.
  [[nodiscard]] Cost Between(std::size_t site_a, std::size_t site_b) const;

 private:
  using Signature = std::vector<std::int64_t>;
  [[nodiscard]] Signature SiteSignature(const Problem& problem,
                                        const State& state, const Sites& sites,
                                        std::size_t site) const;
  void SetType(std::size_t cluster, Signature signature);
  [[nodiscard]] Signature WholeSignature(std::size_t cluster) const;
  void CountUsers(const Problem& problem, const Sites& sites);
  // Joins what edges [begin, end) of one cost connect.
  void Merge(const Geometry& geometry, std::size_t begin, std::size_t end);
  [[nodiscard]] std::size_t TopOf(std::size_t site);

  std::vector<Cluster> clusters_;
  std::vector<std::size_t> root_of_;  // union-find over sites
  std::vector<std::size_t> top_;      // cluster, by root site
  std::vector<std::size_t> users_;    // sites that use a resource
  std::map<Signature, std::size_t> numbers_;
  std::size_t types_ = 0;
};

}  // namespace acceld::placement
