// Meshes: all-to-all sets among numbered things that are joined pairwise.
// Pure; no threading rule. Used by the folding of fabrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace acceld::graph {

// An unordered pair of two different numbers.
struct Pair {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

struct Mesh {
  std::vector<std::uint32_t> members;  // sorted, at least three
  std::vector<std::size_t> edges;      // indices into `edges`, sorted
};

// The meshes among the things 0 to `count` - 1. A mesh is a maximal set of at
// least three in which each pair is joined by one of `edges` or by one of
// `shortcuts`, each member has one of `edges` in it, there are at least three
// of those, and none of them belongs to another such set. So two full meshes
// that a single edge joins are two meshes, and a mesh that lacks an edge is
// none: which part of it would be the set cannot be said. No edge is in two
// meshes; the result does not depend on the order of the edges but for its
// own, which is by the lowest edge.
// Requires: numbers below `count`; each pair at most once in `edges`.
// Complexity: O(edges x count^2 / 64) at worst, O(edges x count / 64) where
// all is mesh.
[[nodiscard]] std::vector<Mesh> FindMeshes(std::size_t count,
                                           std::span<const Pair> edges,
                                           std::span<const Pair> shortcuts);

}  // namespace acceld::graph
