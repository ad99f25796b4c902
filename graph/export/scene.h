// Scene: what a picture of a machine shows, before anything has a place: the
// tree of boxes with their words, siblings that say the same folded into one.
//
// The tree is that of Hanging, except that what several share stands inside of
// the smallest box that holds all of them, where there is one below the
// machine: so the sharing is seen.
// Value types, built once; no threading rule.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/export/phrase.h"
#include "graph/export/picture.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

using ItemIndex = std::size_t;

enum class Shape {
  kFrame,  // machine, package, NUMA node, host bridge: holds others
  kPort,   // a root or switch port: what hangs below it stands to its right
  kCard,   // all else; may hold others
};

struct Item {
  std::vector<VertexId> members;  // empty: the machine
  Shape shape = Shape::kCard;
  VertexKind kind{};  // of the members
  Wording wording;
  ItemIndex parent = 0;  // the machine is its own
  std::vector<ItemIndex> children;
  // Stands in the lower part of its parent, below the wires that lead to it:
  // fabric hubs, shared memories, IOMMU units.
  bool is_below = false;
};

struct Scene {
  std::vector<Item> items;         // the machine first, parents before children
  std::vector<ItemIndex> item_of;  // by vertex

  // The nearest item above that is no port: the box that `item` stands in.
  [[nodiscard]] ItemIndex ContainerOf(ItemIndex item) const;
  // The smallest box that holds both; one of them, where it holds the other.
  [[nodiscard]] ItemIndex CommonBox(ItemIndex a, ItemIndex b) const;
};

inline constexpr ItemIndex kMachine = 0;

// `crosses` says, by vertex, which are ends of wires that leave their branch:
// those are never folded.
[[nodiscard]] Scene BuildScene(const Topology& topology, const Hanging& hanging,
                               const std::vector<bool>& crosses,
                               const PictureOptions& options);

}  // namespace acceld::graph::exports
