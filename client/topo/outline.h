// Outline: the lines of the tree before they are printed, and the folding of
// siblings that say the same.
// Value types; no threading rule.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/topo/look.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::topo {

struct Item {
  VertexKind kind{};
  std::string key;       // of the first, where several are folded
  std::string last_key;  // of the last; empty where it is one
  // How many siblings this stands for. What hangs below stands for as many
  // times that, and shows its own count only.
  std::size_t count = 1;
  std::vector<Token> tokens;
  std::vector<Item> children;
};

// Which vertices are shown.
using Keep = std::function<bool(const graph::Vertex&)>;

// Everything below the machine, or `top` and what is below it. What hangs below
// a vertex that is not kept hangs below the next one above that is.
[[nodiscard]] std::vector<Item> BuildOutline(
    const graph::Topology& topology, const graph::Hanging& hanging,
    const Keep& keep, std::optional<graph::VertexId> top = {});

// Replaces each run of at least three siblings that differ in names and
// identities only, down to the last of what hangs below them, by one item.
void Fold(std::vector<Item>& siblings, const Look& look);

// Appends the items as a tree: "├─ KEY  words" (or "|- KEY  words").
void AppendTree(const std::vector<Item>& siblings, const Look& look,
                std::string& out);

}  // namespace acceld::topo
