// Distances by contraction against Boost's searches, and rows taken over from
// the snapshot before against rows computed anew, on random machines of all
// manner: rates differ by direction, links of several kinds join one pair,
// devices have parts, firmware states pairs.
#include "graph/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "base/units.h"
#include "graph/contraction.h"
#include "graph/parts.h"
#include "graph/route_edges.h"
#include "graph/route_search.h"
#include "graph/stated_pairs.h"
#include "tests/unit/graph/route_machine.h"

namespace acceld::graph {
namespace {

// A snapshot of the machine, its routes and Boost's.
class Snapshot {
 public:
  explicit Snapshot(const Machine& machine) {
    for (const Machine::Thing& thing : machine.things) {
      Vertex& vertex = vertices_.emplace_back();
      vertex.id = VertexId(static_cast<std::uint32_t>(vertices_.size() - 1));
      vertex.kind = thing.kind;
      vertex.key = thing.key;
    }
    for (const Machine::Wire& wire : machine.wires) {
      const auto& [latency, bandwidth, back_latency, back] = wire.rates;
      links_.push_back({Id(wire.from),
                        Id(wire.to),
                        wire.kind,
                        RateOf(latency, bandwidth),
                        RateOf(back_latency, back),
                        {}});
    }
    for (const Machine::Bond& bond : machine.bonds) {
      Relation relation{Id(bond.from), Id(bond.to), bond.kind, {}, {}};
      if (bond.stated > 0) {
        relation.attributes.push_back(
            {"read_latency", Nanoseconds(bond.stated), {}});
      }
      if (bond.stated > 1) {
        relation.attributes.push_back(
            {"read_bandwidth", BytesPerSecond(bond.stated), {}});
      }
      relations_.push_back(relation);
    }
    routes_ = Fresh();
  }

  [[nodiscard]] std::unique_ptr<Routes> Fresh() const {
    return std::make_unique<Routes>(vertices_, links_, relations_);
  }
  [[nodiscard]] RouteEdges Edges() const {
    return ListRouteEdges(vertices_, links_, relations_);
  }
  void TakeOver(const Snapshot& before) {
    std::vector<std::optional<VertexId>> same(vertices_.size());
    for (const Vertex& vertex : vertices_) {
      const auto old = before.Find(vertex.key);
      if (old && before.vertices_[old->value()].kind == vertex.kind) {
        same[vertex.id.value()] = old;
      }
    }
    routes_->TakeOver(*before.routes_, same);
  }
  [[nodiscard]] const std::vector<Vertex>& vertices() const {
    return vertices_;
  }
  [[nodiscard]] const Routes& routes() const { return *routes_; }

  void ExpectWhatBoostFinds() const {
    const RouteEdges list = Edges();
    const StatedPairs stated(vertices_.size(), relations_);
    const RouteSearch search(list);
    for (const Vertex& a : vertices_) {
      const SearchResult found = search.From(list.exit[a.id.value()]);
      for (const Vertex& b : vertices_) {
        if (a.id == b.id || stated.Find(a.id, b.id) != nullptr) continue;
        ASSERT_EQ(routes_->CostBetween(a.id, b.id),
                  found.reach[list.entry[b.id.value()]]);
      }
    }
  }
  void ExpectWhatIsComputedAnew() const {
    const auto fresh = Fresh();
    for (const Vertex& a : vertices_) {
      for (const Vertex& b : vertices_) {
        ASSERT_EQ(routes_->CostBetween(a.id, b.id),
                  fresh->CostBetween(a.id, b.id))
            << a.key << " to " << b.key;
      }
    }
  }

 private:
  static Rate RateOf(std::int64_t latency, std::int64_t bandwidth) {
    return {{BytesPerSecond(bandwidth), {}}, {Nanoseconds(latency), {}}};
  }
  [[nodiscard]] std::optional<VertexId> Find(const std::string& key) const {
    for (const Vertex& vertex : vertices_) {
      if (vertex.key == key) return vertex.id;
    }
    return std::nullopt;
  }
  [[nodiscard]] VertexId Id(const std::string& key) const {
    return Find(key).value_or(VertexId(0));
  }

  std::vector<Vertex> vertices_;
  std::vector<Link> links_;
  std::vector<Relation> relations_;
  std::unique_ptr<Routes> routes_;
};

TEST(CostBetween_OnRandomMachines, IsWhatBoostFinds) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Snapshot(Random(seed).NewMachine()).ExpectWhatBoostFinds();
    if (HasFatalFailure()) return;
  }
}

// Switches joined at random: nothing hangs off anything, and taking nodes out
// would join nearly all to all.
TEST(CostBetween_WhereContractionDoesNotPay, IsWhatBoostFinds) {
  constexpr std::size_t kSwitches = 1500;
  Random random(1);
  Machine machine;
  for (std::size_t i = 0; i < kSwitches; ++i) {
    machine.things.push_back({std::to_string(i), VertexKind::kSwitchPort});
  }
  for (std::size_t i = 0; i < 3 * kSwitches; ++i) {
    const auto latency = static_cast<std::int64_t>(random.Below(100));
    machine.wires.push_back({std::to_string(random.Below(kSwitches)),
                             std::to_string(random.Below(kSwitches)),
                             LinkKind::kFabric,
                             {latency, 50, latency, 50}});
  }
  std::erase_if(machine.wires,
                [](const auto& wire) { return wire.from == wire.to; });
  const Snapshot snapshot(machine);
  const RouteEdges list = snapshot.Edges();
  ASSERT_EQ(Contraction::Build(list), nullptr);
  const SearchResult found = RouteSearch(list).From(list.exit[0]);
  for (const Vertex& vertex : snapshot.vertices()) {
    ASSERT_EQ(snapshot.routes().CostBetween(VertexId(0), vertex.id),
              found.reach[list.entry[vertex.id.value()]]);
  }
}

// Asks for some rows, so that there is something to take over.
void Touch(const Snapshot& snapshot, Random& random) {
  const std::size_t one_in = 1 + random.Below(3);
  for (const Vertex& vertex : snapshot.vertices()) {
    if (!random.OneIn(one_in)) continue;
    (void)snapshot.routes().CostBetween(vertex.id, VertexId(0));
  }
}

TEST(TakeOver_AfterRandomChanges, IsWhatIsComputedAnew) {
  std::size_t taken = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Machine machine = random.NewMachine();
    auto before = std::make_unique<Snapshot>(machine);
    for (int i = 0; i < 5; ++i) {
      Touch(*before, random);
      const std::size_t changes = 1 + random.Below(2);
      for (std::size_t j = 0; j < changes; ++j) random.ChangeOne(machine);
      auto after = std::make_unique<Snapshot>(machine);
      after->TakeOver(*before);
      taken += after->routes().row_count();
      before = std::move(after);
      if (i < 4 && random.OneIn(2)) continue;  // several changes unread
      before->ExpectWhatIsComputedAnew();
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(taken, 10'000U);
}

// Two hosts of two nodes each, in a ring; device:0..3 behind one node each.
Machine Ring() {
  Machine machine;
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    const std::string next = std::to_string((i + 1) % 4);
    machine.things.push_back({"node:" + n, VertexKind::kNumaNode});
    machine.things.push_back({"device:" + n, VertexKind::kAccelerator});
    machine.things.push_back({"port:" + n, VertexKind::kSwitchPort});
    machine.wires.push_back(
        {"node:" + n, "node:" + next, LinkKind::kSocketLink, {70, 20, 70, 20}});
    machine.wires.push_back(
        {"node:" + n, "port:" + n, LinkKind::kPcie, {100, 60, 100, 60}});
    machine.wires.push_back(
        {"port:" + n, "device:" + n, LinkKind::kPcie, {150, 30, 150, 30}});
  }
  return machine;
}

std::size_t RowsTakenOver(const Machine& before, const Machine& after) {
  const Snapshot was(before);
  for (const Vertex& a : was.vertices()) {
    (void)was.routes().CostBetween(a.id, a.id);
  }
  Snapshot is(after);
  is.TakeOver(was);
  const std::size_t taken = is.routes().row_count();
  is.ExpectWhatIsComputedAnew();
  return taken;
}

TEST(TakeOver_NothingChanged, TakesAllRows) {
  EXPECT_EQ(RowsTakenOver(Ring(), Ring()), 12U);
}

TEST(TakeOver_DeviceLinkSlower, LosesOnlyThatDevicesRow) {
  Machine after = Ring();
  after.wires[2].rates = {150, 10, 150, 10};
  EXPECT_EQ(RowsTakenOver(Ring(), after), 11U);
}

TEST(TakeOver_DeviceGone, KeepsTheOtherRows) {
  Machine after = Ring();
  std::erase_if(after.things,
                [](const auto& thing) { return thing.key == "device:0"; });
  after.wires.erase(after.wires.begin() + 2);
  EXPECT_EQ(RowsTakenOver(Ring(), after), 11U);
}

TEST(TakeOver_DeviceNew, KeepsTheOtherRows) {
  Machine before = Ring();
  std::erase_if(before.things,
                [](const auto& thing) { return thing.key == "device:0"; });
  before.wires.erase(before.wires.begin() + 2);
  EXPECT_EQ(RowsTakenOver(before, Ring()), 11U);
}

// From node 3 there is another way to node 1 that is as fast.
TEST(TakeOver_SocketLinkSlower, LosesOnlyRowsWithNoOtherWayAsFast) {
  Machine after = Ring();
  after.wires[0].rates[0] = 500;  // node:0 -> node:1
  EXPECT_EQ(RowsTakenOver(Ring(), after), 9U);
}

// Two switches with twenty ports each, joined by two ports with two cables.
// From everywhere that port is reached from its other side now, and no more
// than that is different.
TEST(TakeOver_CableGone, LosesOnlyTheRowOfThePortThatItLedTo) {
  Machine before;
  for (const std::string hub : {"left", "right"}) {
    before.things.push_back({hub, VertexKind::kFabricHub});
    for (int i = 0; i < 20; ++i) {
      const std::string port = hub + std::to_string(i);
      before.things.push_back({port, VertexKind::kSwitchPort});
      before.wires.push_back({hub, port, LinkKind::kPcie, {9, 30, 9, 30}});
    }
  }
  for (const std::string port : {"cable:0", "cable:1"}) {
    before.things.push_back({port, VertexKind::kSwitchPort});
    before.wires.push_back({"right", port, LinkKind::kFabric, {7, 50, 7, 50}});
    before.wires.push_back({"left", port, LinkKind::kFabric, {7, 50, 7, 50}});
  }
  Machine after = before;
  after.wires.pop_back();
  EXPECT_EQ(RowsTakenOver(before, after), before.things.size() - 1);
}

TEST(TakeOver_LinkOnNoShortestWay, TakesAllRows) {
  Machine before = Ring();
  before.wires.push_back(
      {"node:0", "node:2", LinkKind::kFabric, {900, 5, 900, 5}});
  EXPECT_EQ(RowsTakenOver(before, Ring()), 12U);
}

}  // namespace
}  // namespace acceld::graph
