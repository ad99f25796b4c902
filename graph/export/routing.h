// Routing: which bundles run straight and which in lanes, settled together with
// the layout that has room for them.
// Immutable after construction; refers to what it is made of.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/export/bundles.h"
#include "graph/export/layout.h"
#include "graph/export/picture.h"
#include "graph/export/scene.h"
#include "graph/export/wires.h"

namespace acceld::graph::exports {

class Routing {
 public:
  Routing(const Scene& scene, const std::vector<Bundle>& bundles);

  [[nodiscard]] const Layout& layout() const { return layout_; }
  // Appends the wires of all bundles, and their words.
  void Draw(Picture& picture) const;

 private:
  struct Run {
    bool is_straight = false;
    std::vector<int> rows = {};  // of the strands, where it is straight
    Lane lane = {};              // where it is not
  };

  void Place();
  // Whether a straight run turned out to be blocked; it is none any more.
  bool DropBlocked();
  void DrawStraight(std::size_t bundle, Picture& picture) const;
  void DrawInLane(std::size_t bundle, Picture& picture) const;

  const Scene& scene_;
  const std::vector<Bundle>& bundles_;
  std::vector<Run> runs_;  // by bundle
  Layout layout_;
};

}  // namespace acceld::graph::exports
