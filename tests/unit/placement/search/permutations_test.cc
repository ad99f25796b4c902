#include "placement/search/permutations.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>

namespace acceld::placement {
namespace {

constexpr std::int64_t kMuch = 10'000'000;

Structure Cycle(std::size_t size) {
  Structure cycle;
  cycle.colour.assign(size, 0);
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      const bool is_next = (a + 1) % size == b || (b + 1) % size == a;
      cycle.relation.push_back(is_next ? 1 : 0);
    }
  }
  return cycle;
}

bool Holds(const Structure& structure, const Permutation& to) {
  const std::size_t size = structure.size();
  for (std::size_t a = 0; a < size; ++a) {
    if (structure.colour[a] != structure.colour[to[a]]) return false;
    for (std::size_t b = 0; b < size; ++b) {
      if (structure.relation[a * size + b] !=
          structure.relation[to[a] * size + to[b]]) {
        return false;
      }
    }
  }
  return true;
}

TEST(Permutations, Cycle_AreTurnsAndReflections) {
  const Structure cycle = Cycle(7);
  const auto found = FindPermutations(cycle, 100, kMuch);
  EXPECT_EQ(found.size(), 13);  // and the one that moves nothing
  EXPECT_EQ(std::set(found.begin(), found.end()).size(), 13);
  for (const Permutation& one : found) EXPECT_TRUE(Holds(cycle, one));
}

TEST(Permutations, OnePointMarked_IsOneReflection) {
  Structure cycle = Cycle(7);
  cycle.colour[3] = 1;
  const auto found = FindPermutations(cycle, 100, kMuch);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found.front(), (Permutation{6, 5, 4, 3, 2, 1, 0}));
}

TEST(Permutations, OneWayOnly_AreTurns) {
  Structure cycle = Cycle(5);
  for (std::size_t a = 0; a < 5; ++a) cycle.relation[a * 5 + (a + 1) % 5] = 2;
  EXPECT_EQ(FindPermutations(cycle, 100, kMuch).size(), 4);
}

TEST(Permutations, Hypercube_Are384) {
  Structure cube;
  cube.colour.assign(16, 0);
  for (unsigned a = 0; a < 16; ++a) {
    for (unsigned b = 0; b < 16; ++b) {
      cube.relation.push_back(static_cast<std::size_t>(std::popcount(a ^ b)));
    }
  }
  EXPECT_EQ(FindPermutations(cube, 1000, kMuch).size(), 383);
}

// Of 20 points that are all alike there are 20 factorial.
TEST(Permutations, MoreThanTheMost_OneForEachMove) {
  Structure alike;
  alike.colour.assign(20, 0);
  alike.relation.assign(400, 0);
  const auto found = FindPermutations(alike, 500, kMuch);
  EXPECT_EQ(found.size(), 20 * 19 / 2);
  for (const Permutation& one : found) EXPECT_TRUE(Holds(alike, one));
}

TEST(Permutations, LittleWork_WhatIsFoundIsRight) {
  const Structure cycle = Cycle(12);
  for (const std::int64_t work : {0, 10, 100, 1000}) {
    for (const Permutation& one : FindPermutations(cycle, 100, work)) {
      EXPECT_TRUE(Holds(cycle, one));
    }
  }
}

}  // namespace
}  // namespace acceld::placement
