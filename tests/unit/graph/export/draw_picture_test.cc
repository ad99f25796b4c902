// What holds for the picture of every machine: of the described ones, and of
// random ones.
#include "graph/export/draw_picture.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "graph/export/text_block.h"
#include "graph/hanging.h"
#include "tests/support/bench_machine.h"
#include "tests/support/described_host.h"
#include "tests/support/mesh_machine.h"
#include "tests/support/random_machine.h"

namespace acceld::graph::exports {
namespace {

using acceld::testing::MachineFacts;

std::string KeyOf(const Topology& topology, const Box& box) {
  return topology.vertex(box.members.front()).key;
}

// Everything below, as one list of what is wrong; empty: nothing.
class Inspector {
 public:
  Inspector(const Topology& topology, const Picture& picture)
      : topology_(topology), picture_(picture) {}

  std::vector<std::string> Run() {
    CheckMembers();
    for (std::size_t i = 0; i < picture_.boxes.size(); ++i) CheckBox(i);
    for (const Wire& wire : picture_.wires) CheckWire(wire);
    return wrong_;
  }

 private:
  void Blame(const Box& box, const std::string& what) {
    wrong_.push_back(KeyOf(topology_, box) + " " + what);
  }

  // Every vertex has one place.
  void CheckMembers() {
    std::set<VertexId> seen;
    for (const Box& box : picture_.boxes) {
      for (const VertexId id : box.members) {
        if (!seen.insert(id).second) Blame(box, "stands twice");
      }
    }
    if (seen.size() != topology_.vertices().size()) {
      wrong_.push_back("vertices without a box");
    }
  }

  void CheckBox(std::size_t index) {
    const Box& box = picture_.boxes[index];
    const Rect whole{0, 0, picture_.width, picture_.height};
    const Rect& around = box.parent ? picture_.boxes[*box.parent].rect : whole;
    if (box.parent && *box.parent >= index) Blame(box, "is before its parent");
    if (!around.Contains(box.rect)) Blame(box, "leaves its parent");
    for (std::size_t i = index + 1; i < picture_.boxes.size(); ++i) {
      const Box& other = picture_.boxes[i];
      if (other.parent == box.parent && other.rect.Overlaps(box.rect)) {
        Blame(box, "overlaps " + KeyOf(topology_, other));
      }
      if (other.parent == index) CheckTextAgainst(box, other.rect);
    }
    for (const TextLine& line : box.lines) CheckText(box, line);
  }

  static Rect RectOf(const TextLine& line) {
    return {line.at.x, line.at.y - line.font.size, WidthOf(line),
            line.font.size};
  }
  void CheckText(const Box& box, const TextLine& line) {
    if (!box.rect.Contains(RectOf(line)))
      Blame(box, "is smaller than its text");
  }
  void CheckTextAgainst(const Box& box, const Rect& child) {
    for (const TextLine& line : box.lines) {
      if (child.Overlaps(RectOf(line))) Blame(box, "has text below a child");
    }
  }

  void CheckWire(const Wire& wire) {
    if (wire.points.size() < 2) return wrong_.push_back("a wire has no length");
    for (std::size_t i = 0; i < wire.points.size(); ++i) {
      const Point& point = wire.points[i];
      if (point.x < 0 || point.y < 0 || point.x > picture_.width ||
          point.y > picture_.height) {
        wrong_.push_back("a wire leaves the picture");
      }
      if (i == 0) continue;
      const Point& last = wire.points[i - 1];
      if ((last.x == point.x) == (last.y == point.y)) {
        wrong_.push_back("a wire runs askew");
      }
    }
  }

  const Topology& topology_;
  const Picture& picture_;
  std::vector<std::string> wrong_;
};

std::vector<std::string> Wrong(const Topology& topology,
                               const PictureOptions& options = {}) {
  return Inspector(topology, DrawPicture(topology, options)).Run();
}

Rect RectOf(const Point& a, const Point& b) {
  const int x = std::min(a.x, b.x);
  const int y = std::min(a.y, b.y);
  return {x, y, std::max(a.x, b.x) - x + 1, std::max(a.y, b.y) - y + 1};
}

// Boxes without anything in them that the wires run across, except at their
// ends.
std::vector<std::string> CrossedBoxes(const Topology& topology,
                                      const Picture& picture) {
  std::set<std::size_t> holders;
  for (const Box& box : picture.boxes) {
    if (box.parent) holders.insert(*box.parent);
  }
  std::vector<std::string> crossed;
  for (const Wire& wire : picture.wires) {
    for (std::size_t p = 1; p < wire.points.size(); ++p) {
      const Rect piece = RectOf(wire.points[p - 1], wire.points[p]);
      for (std::size_t b = 0; b < picture.boxes.size(); ++b) {
        const Rect& rect = picture.boxes[b].rect;
        const Rect inner{rect.x + 1, rect.y + 1, rect.width - 2,
                         rect.height - 2};
        if (!holders.contains(b) && inner.Overlaps(piece)) {
          crossed.push_back(KeyOf(topology, picture.boxes[b]));
        }
      }
    }
  }
  return crossed;
}

class DescribedHosts : public ::testing::TestWithParam<const char*> {};

TEST_P(DescribedHosts, BoxesNestTextFitsAndNothingOverlaps) {
  const auto topology = acceld::testing::DescribedHost(GetParam());
  EXPECT_EQ(Wrong(*topology), std::vector<std::string>{});
  EXPECT_EQ(Wrong(*topology, {.fold = false}), std::vector<std::string>{});
}

TEST_P(DescribedHosts, WiresRunAroundBoxes) {
  const auto topology = acceld::testing::DescribedHost(GetParam());
  EXPECT_EQ(CrossedBoxes(*topology, DrawPicture(*topology)),
            std::vector<std::string>{});
}

// What is drawn as neither a wire nor by nesting is not in the picture.
TEST_P(DescribedHosts, EveryLinkIsAWireOrANesting) {
  const auto topology = acceld::testing::DescribedHost(GetParam());
  const Picture picture = DrawPicture(*topology);
  std::set<std::uint32_t> drawn;
  for (const Wire& wire : picture.wires) {
    if (wire.is_link) drawn.insert(wire.index);
  }
  const Hanging hanging(*topology);
  for (std::uint32_t i = 0; i < topology->links().size(); ++i) {
    const Link& link = topology->links()[i];
    EXPECT_TRUE(drawn.contains(i) || hanging.Shows(link))
        << topology->vertex(link.from).key << " "
        << topology->vertex(link.to).key;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, DescribedHosts,
                         ::testing::Values("dgx-1v", "dsa-gpu-2s",
                                           "grace-hopper-like", "nvswitch-8gpu",
                                           "shared-hbm"));

TEST(DrawPicture_RandomMachines, BoxesNestTextFitsAndNothingOverlaps) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = acceld::testing::RandomMachine().Build();
    const bool fold = *rc::gen::arbitrary<bool>();
    RC_ASSERT(Wrong(*topology, {.fold = fold}) == std::vector<std::string>{});
  }));
}

TEST(DrawPicture_NoMachine, IsEmpty) {
  const auto topology = MachineFacts().Build();
  EXPECT_EQ(Wrong(*topology), std::vector<std::string>{});
  EXPECT_TRUE(DrawPicture(*topology).boxes.empty());
}

TEST(DrawPicture_ThousandsOfLinks, AreAllWires) {
  const auto topology = acceld::testing::MeshMachine().Build();
  ASSERT_EQ(topology->vertices().size(), 65U);
  ASSERT_EQ(topology->links().size(), 4032U);
  const Picture picture = DrawPicture(*topology);
  EXPECT_EQ(picture.wires.size(), 4032U);
  EXPECT_EQ(Inspector(*topology, picture).Run(), std::vector<std::string>{});
}

// A rate each must not mean a lane each.
TEST(DrawPicture_LinksOfManyRates, ShareALane) {
  MachineFacts machine;
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < i; ++j) {
      machine.Link("accelerator:" + std::to_string(j),
                   "accelerator:" + std::to_string(i), LinkKind::kCxl,
                   1 + i * 40 + j, 100);
    }
  }
  const Picture picture = DrawPicture(*machine.Build());
  EXPECT_EQ(picture.labels.size(), 1U);
  EXPECT_LT(picture.height, 2000);
}

// The memory that two devices of one function share stands in the function.
TEST(DrawPicture_MemorySharedWithinABox, StandsInThatBox) {
  MachineFacts machine;
  machine.Relation("accelerator:a", "pci:x", RelationKind::kAcceleratorOf)
      .Relation("accelerator:b", "pci:x", RelationKind::kAcceleratorOf)
      .Relation("accelerator:a", "memory:hbm", RelationKind::kSharesMemory)
      .Relation("accelerator:b", "memory:hbm", RelationKind::kSharesMemory);
  const auto topology = machine.Build();
  const Picture picture = DrawPicture(*topology);
  for (const Box& box : picture.boxes) {
    if (KeyOf(*topology, box) != "memory:hbm") continue;
    ASSERT_TRUE(box.parent);
    EXPECT_EQ(KeyOf(*topology, picture.boxes[*box.parent]), "pci:x");
  }
  EXPECT_EQ(picture.wires.size(), 2U);
}

TEST(DrawPicture_ManyEqualSiblings, AreOneBoxThatCounts) {
  MachineFacts machine;
  for (int i = 0; i < 8; ++i) {
    machine.Relation("engine:wq" + std::to_string(i), "accelerator:dsa0",
                     RelationKind::kEngineOf);
  }
  const auto topology = machine.Build();
  const Picture folded = DrawPicture(*topology);
  ASSERT_EQ(folded.boxes.size(), 2U);
  EXPECT_EQ(folded.boxes[1].members.size(), 8U);
  EXPECT_EQ(folded.boxes[1].lines[0].phrases[0].text, "8 \u00d7 wq0");
  EXPECT_EQ(DrawPicture(*topology, {.fold = false}).boxes.size(), 9U);
}

// An end of a wire stands for itself.
TEST(DrawPicture_EqualSiblingsWithLinksOfTheirOwn, AreNotFolded) {
  MachineFacts machine;
  for (int i = 0; i < 8; ++i) {
    const std::string key = "accelerator:gpu" + std::to_string(i);
    machine.Relation(key, "pci:x", RelationKind::kAcceleratorOf)
        .Link(key, "fabric-hub:0", LinkKind::kFabric, 100, 200);
  }
  EXPECT_EQ(DrawPicture(*machine.Build()).boxes.size(), 10U);
}

TEST(DrawPicture_TheSameMachine, GivesTheSamePicture) {
  const auto one = acceld::testing::BenchMachine().Build();
  const auto two = acceld::testing::BenchMachine().Build();
  const Picture a = DrawPicture(*one);
  const Picture b = DrawPicture(*two);
  ASSERT_EQ(a.boxes.size(), b.boxes.size());
  for (std::size_t i = 0; i < a.boxes.size(); ++i) {
    EXPECT_EQ(a.boxes[i].rect, b.boxes[i].rect);
  }
}

}  // namespace
}  // namespace acceld::graph::exports
