#include "graph/export/draw_picture.h"

#include <algorithm>
#include <utility>

#include "graph/export/bundles.h"
#include "graph/export/crossings.h"
#include "graph/export/routing.h"
#include "graph/export/scene.h"
#include "graph/export/wires.h"
#include "graph/hanging.h"

namespace acceld::graph::exports {
namespace {

std::vector<bool> EndsOf(const Topology& topology,
                         const std::vector<Crossing>& crossings) {
  std::vector<bool> is_end(topology.vertices().size());
  for (const Crossing& crossing : crossings) {
    is_end[crossing.from.value()] = true;
    is_end[crossing.to.value()] = true;
  }
  return is_end;
}

// The machine itself is the picture, not a box of it.
void AddBoxes(const Scene& scene, const Layout& layout, Picture& picture) {
  for (ItemIndex i = kMachine + 1; i < scene.items.size(); ++i) {
    const ItemIndex container = scene.ContainerOf(i);
    Box box{scene.items[i].members, std::nullopt, layout.rects[i],
            layout.lines[i]};
    if (container != kMachine) box.parent = container - 1;
    picture.boxes.push_back(std::move(box));
  }
}

void AddBusWires(const Topology& topology, const Hanging& hanging,
                 const Scene& scene, const Layout& layout, Picture& picture) {
  for (ItemIndex i = kMachine + 1; i < scene.items.size(); ++i) {
    const Item& item = scene.items[i];
    const bool is_on_bus = item.parent != kMachine &&
                           (item.shape == Shape::kPort ||
                            scene.items[item.parent].shape == Shape::kPort);
    const Link* link = hanging.UplinkOf(item.members.front());
    if (!is_on_bus || link == nullptr) continue;
    const auto index =
        static_cast<std::uint32_t>(link - topology.links().data());
    picture.wires.push_back({true, index, BusWire(scene, layout, i)});
  }
}

}  // namespace

Picture DrawPicture(const Topology& topology, const PictureOptions& options) {
  const Hanging hanging(topology);
  const std::vector<Crossing> crossings = FindCrossings(topology, hanging);
  const Scene scene =
      BuildScene(topology, hanging, EndsOf(topology, crossings), options);
  const std::vector<Bundle> bundles =
      BundleCrossings(topology, scene, crossings);
  const Routing routing(scene, bundles);
  Picture picture;
  picture.width = routing.layout().rects[kMachine].width;
  picture.height = routing.layout().rects[kMachine].height;
  AddBoxes(scene, routing.layout(), picture);
  AddBusWires(topology, hanging, scene, routing.layout(), picture);
  routing.Draw(picture);
  return picture;
}

}  // namespace acceld::graph::exports
