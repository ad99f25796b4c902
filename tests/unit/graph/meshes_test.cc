#include "graph/meshes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace acceld::graph {
namespace {

using Members = std::vector<std::uint32_t>;

// All pairs of these.
std::vector<Pair> Full(const Members& members) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      pairs.push_back({members[j], members[i]});
    }
  }
  return pairs;
}

std::vector<Pair> operator+(std::vector<Pair> a, const std::vector<Pair>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(FindMeshes_FullMesh, IsOne) {
  const auto meshes = FindMeshes(5, Full({0, 1, 3, 4}), {});
  ASSERT_EQ(meshes.size(), 1U);
  EXPECT_EQ(meshes[0].members, (Members{0, 1, 3, 4}));
  EXPECT_EQ(meshes[0].edges.size(), 6U);
}

TEST(FindMeshes_TwoMeshesAndAnEdgeBetween, AreTwo) {
  const auto edges =
      Full({0, 2, 4, 6}) + Full({1, 3, 5}) + std::vector<Pair>{{0, 1}};
  const auto meshes = FindMeshes(7, edges, {});
  ASSERT_EQ(meshes.size(), 2U);
  EXPECT_EQ(meshes[0].members, (Members{0, 2, 4, 6}));
  EXPECT_EQ(meshes[1].members, (Members{1, 3, 5}));
}

TEST(FindMeshes_MeshWithoutOneEdge, IsNone) {
  auto edges = Full({0, 1, 2, 3, 4});
  edges.pop_back();
  EXPECT_TRUE(FindMeshes(5, edges, {}).empty());
}

TEST(FindMeshes_PairOrChain, IsNone) {
  EXPECT_TRUE(FindMeshes(2, Full({0, 1}), {}).empty());
  EXPECT_TRUE(FindMeshes(3, std::vector<Pair>{{0, 1}, {1, 2}}, {}).empty());
  EXPECT_TRUE(FindMeshes(0, {}, {}).empty());
}

TEST(FindMeshes_PairsNearerByShortcuts, CountAsJoined) {
  // Two packages of two: 0-1 and 2-3 are nearer than the edges.
  const std::vector<Pair> edges{{0, 2}, {0, 3}, {1, 2}, {1, 3}};
  const auto meshes = FindMeshes(4, edges, std::vector<Pair>{{1, 0}, {2, 3}});
  ASSERT_EQ(meshes.size(), 1U);
  EXPECT_EQ(meshes[0].members, (Members{0, 1, 2, 3}));
  EXPECT_EQ(meshes[0].edges, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(FindMeshes_ThingWithShortcutsOnly, IsNoMember) {
  const auto meshes =
      FindMeshes(4, Full({0, 1, 2}), std::vector<Pair>{{0, 3}, {1, 3}, {2, 3}});
  ASSERT_EQ(meshes.size(), 1U);
  EXPECT_EQ(meshes[0].members, (Members{0, 1, 2}));
}

TEST(FindMeshes_OnRandomGraphs, AreMaximalCliquesThatShareNoEdge) {
  EXPECT_TRUE(rc::check([] {
    const auto count = *rc::gen::inRange<std::uint32_t>(0, 10);
    std::set<std::pair<std::uint32_t, std::uint32_t>> joined;
    std::vector<Pair> edges;
    for (std::uint32_t b = 0; b < count; ++b) {
      for (std::uint32_t a = 0; a < b; ++a) {
        if (*rc::gen::inRange(0, 5) == 0) continue;
        edges.push_back({a, b});
        joined.insert({a, b});
      }
    }
    std::set<std::size_t> used;
    for (const Mesh& mesh : FindMeshes(count, edges, {})) {
      const Members& m = mesh.members;
      RC_ASSERT(m.size() >= 3U);
      RC_ASSERT(mesh.edges.size() == m.size() * (m.size() - 1) / 2);
      for (const std::size_t edge : mesh.edges) {
        RC_ASSERT(used.insert(edge).second);
        RC_ASSERT(std::binary_search(m.begin(), m.end(), edges[edge].a));
        RC_ASSERT(std::binary_search(m.begin(), m.end(), edges[edge].b));
      }
      for (std::uint32_t other = 0; other < count; ++other) {
        // Nobody else is joined even to two of them.
        if (std::binary_search(m.begin(), m.end(), other)) continue;
        RC_ASSERT(std::count_if(m.begin(), m.end(), [&](std::uint32_t member) {
                    return joined.contains(std::minmax(other, member));
                  }) < 2);
      }
    }
  }));
}

}  // namespace
}  // namespace acceld::graph
