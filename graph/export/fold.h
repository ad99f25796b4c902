// Folding: which siblings of a picture say the same, down to the last of what
// they hold, and what one box says for all of them.
// Immutable after construction; refers to what it is made of.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "graph/export/wording.h"
#include "graph/hanging.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

class Folding {
 public:
  using Children = std::function<const std::vector<VertexId>&(VertexId)>;
  // `crosses`, by vertex: ends of wires, which stand for themselves. Without
  // `enabled`, everything does.
  Folding(const Topology& topology, const Hanging& hanging,
          const std::vector<bool>& crosses, const Children& children,
          bool enabled);

  // How many of `siblings`, from `start` on, go into one box; at least 1.
  [[nodiscard]] std::size_t RunLength(const std::vector<VertexId>& siblings,
                                      std::size_t start) const;
  // Of the box that stands for `members`, `count` of them under each parent.
  [[nodiscard]] Wording WordingOf(const std::vector<VertexId>& members,
                                  std::size_t count) const;

 private:
  void Classify(const std::vector<bool>& crosses, const Children& children);
  [[nodiscard]] std::string SignatureOf(
      VertexId id, const std::vector<VertexId>& children) const;

  const Topology& topology_;
  bool enabled_;
  std::vector<Wording> wordings_;     // by vertex
  std::vector<std::size_t> classes_;  // by vertex; 0: like no other
};

}  // namespace acceld::graph::exports
