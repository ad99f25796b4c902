#include "graph/meshes.h"

#include <algorithm>

#include <boost/dynamic_bitset.hpp>

namespace acceld::graph {
namespace {

using Set = boost::dynamic_bitset<std::uint64_t>;

constexpr std::size_t kFewest = 3;  // members, and edges

class Finder {
 public:
  Finder(std::size_t count, std::span<const Pair> edges,
         std::span<const Pair> shortcuts)
      : edges_(edges), near_(count, Set(count)), by_end_(count) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
      Join(edges[i]);
      by_end_[edges[i].a].push_back(i);
    }
    for (const Pair& pair : shortcuts) Join(pair);
    // Each thing is near itself: what two share then holds both of them.
    for (std::size_t i = 0; i < count; ++i) near_[i].set(i);
  }

  [[nodiscard]] std::vector<Mesh> Find() const {
    std::vector<Mesh> meshes;
    std::vector<bool> is_taken(edges_.size());
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      if (is_taken[i]) continue;
      const Set shared = Shared(edges_[i]);
      if (shared.count() < kFewest || !IsClique(shared)) continue;
      Mesh mesh = Within(shared);
      // What this clique is not, no other one that holds an edge of it is.
      for (const std::size_t edge : mesh.edges) is_taken[edge] = true;
      if (IsAlone(mesh, shared)) meshes.push_back(std::move(mesh));
    }
    return meshes;
  }

 private:
  void Join(const Pair& pair) {
    near_[pair.a].set(pair.b);
    near_[pair.b].set(pair.a);
  }

  // Both ends and all that is near both: every clique with this edge is part
  // of it, so where it is a clique itself, no other maximal one has the edge.
  [[nodiscard]] Set Shared(const Pair& edge) const {
    return near_[edge.a] & near_[edge.b];
  }

  [[nodiscard]] bool IsClique(const Set& set) const {
    for (auto i = set.find_first(); i != Set::npos; i = set.find_next(i)) {
      if (!set.is_subset_of(near_[i])) return false;
    }
    return true;
  }

  // The edges in `clique`, and the things that have one.
  [[nodiscard]] Mesh Within(const Set& clique) const {
    Mesh mesh;
    Set has_edge(clique.size());
    for (auto i = clique.find_first(); i != Set::npos;
         i = clique.find_next(i)) {
      for (const std::size_t edge : by_end_[i]) {
        if (!clique.test(edges_[edge].b)) continue;
        mesh.edges.push_back(edge);
        has_edge.set(edges_[edge].a);
        has_edge.set(edges_[edge].b);
      }
    }
    std::sort(mesh.edges.begin(), mesh.edges.end());
    for (auto i = has_edge.find_first(); i != Set::npos;
         i = has_edge.find_next(i)) {
      mesh.members.push_back(static_cast<std::uint32_t>(i));
    }
    return mesh;
  }

  // Whether it is large enough, and none of its edges is in another clique:
  // an edge that is shares more than this one holds.
  [[nodiscard]] bool IsAlone(const Mesh& mesh, const Set& clique) const {
    return mesh.edges.size() >= kFewest && mesh.members.size() >= kFewest &&
           std::all_of(mesh.edges.begin(), mesh.edges.end(),
                       [&](std::size_t edge) {
                         return Shared(edges_[edge]) == clique;
                       });
  }

  std::span<const Pair> edges_;
  std::vector<Set> near_;                         // by thing
  std::vector<std::vector<std::size_t>> by_end_;  // edges by their `a`
};

}  // namespace

std::vector<Mesh> FindMeshes(std::size_t count, std::span<const Pair> edges,
                             std::span<const Pair> shortcuts) {
  return Finder(count, edges, shortcuts).Find();
}

}  // namespace acceld::graph
