// Properties that hold for every machine, checked on random ones, and the
// thread-safety of the lazily computed rows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/units.h"
#include "graph/machine_document.h"
#include "graph/topology.h"
#include "probes/machine_document.h"
#include "tests/support/machine_facts.h"

namespace acceld::graph {
namespace {

using testing::MachineFacts;

// Of the kinds that RandomMachine() knows.
bool IsTransit(VertexKind kind) {
  return kind != VertexKind::kAccelerator && kind != VertexKind::kEngine &&
         kind != VertexKind::kMemoryTarget;
}

// Relations as facts may have them: rings and contradictions included.
void RelateAtRandom(MachineFacts& machine,
                    const std::vector<std::string>& keys) {
  struct Allowed {
    RelationKind kind;
    std::string_view from;
    std::string_view to;
  };
  constexpr std::array kAllowed{
      Allowed{RelationKind::kEngineOf, "engine", "accelerator"},
      Allowed{RelationKind::kEngineOf, "engine", "engine"},
      Allowed{RelationKind::kAcceleratorOf, "accelerator", "pci"},
      Allowed{RelationKind::kVirtualOf, "pci", "pci"},
      Allowed{RelationKind::kMemoryOf, "memory", "numa"},
      Allowed{RelationKind::kSharesMemory, "accelerator", "memory"},
      Allowed{RelationKind::kSharesMemory, "engine", "memory"},
      Allowed{RelationKind::kContains, "package", "numa"}};
  for (int left = *rc::gen::inRange(0, 8); left > 0; --left) {
    const std::string from = *rc::gen::elementOf(keys);
    const std::string to = *rc::gen::elementOf(keys);
    const auto allowed = std::find_if(
        kAllowed.begin(), kAllowed.end(), [&](const Allowed& relation) {
          return from.starts_with(relation.from) && to.starts_with(relation.to);
        });
    if (from == to || allowed == kAllowed.end()) continue;
    machine.Relation(from, to, allowed->kind);
  }
}

// Up to 12 things of all manner, linked at random with symmetric rates.
MachineFacts RandomMachine() {
  constexpr std::array kKinds{"numa",        "switch-port", "memory",
                              "fabric-hub",  "accelerator", "engine",
                              "host-bridge", "pci",         "package"};
  constexpr std::array kLinks{LinkKind::kOnDie, LinkKind::kFabric,
                              LinkKind::kPcie};
  MachineFacts machine;
  std::vector<std::string> keys;
  const int count = *rc::gen::inRange(2, 13);
  for (int i = 0; i < count; ++i) {
    keys.push_back(std::string(*rc::gen::elementOf(kKinds)) + ":" +
                   std::to_string(i));
    machine.Thing(keys.back());
  }
  const int links = *rc::gen::inRange(0, 2 * count);
  for (int i = 0; i < links; ++i) {
    // Distinct rates for one pair and kind would contradict each other.
    const std::string from = *rc::gen::elementOf(keys);
    const std::string to = *rc::gen::elementOf(keys);
    const LinkKind kind = *rc::gen::elementOf(kLinks);
    const bool is_known = std::any_of(
        machine.facts().links.begin(), machine.facts().links.end(),
        [&](const probes::LinkFact& link) {
          return link.kind == kind &&
                 std::minmax(link.from, link.to) == std::minmax(from, to);
        });
    if (from == to || is_known) continue;
    machine.Link(from, to, kind, *rc::gen::inRange(1, 100),
                 *rc::gen::inRange(0, 500));
  }
  RelateAtRandom(machine, keys);
  return machine;
}

TEST(Distance_OnSymmetricLinks, IsSymmetric) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = RandomMachine().Build();
    for (const Vertex& a : topology->vertices()) {
      for (const Vertex& b : topology->vertices()) {
        const auto there = topology->CostBetween(a.id, b.id);
        const auto back = topology->CostBetween(b.id, a.id);
        RC_ASSERT(there.reachable == back.reachable);
        RC_ASSERT(there.latency == back.latency);
        RC_ASSERT(there.bandwidth == back.bandwidth);
        RC_ASSERT(topology->LocalityOf(a.id, b.id) ==
                  topology->LocalityOf(b.id, a.id));
      }
    }
  }));
}

TEST(Distance_OverATransitVertex, IsNoShorterAndNoWider) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = RandomMachine().Build();
    for (const Vertex& via : topology->vertices()) {
      if (!IsTransit(via.kind)) continue;
      for (const Vertex& a : topology->vertices()) {
        for (const Vertex& b : topology->vertices()) {
          const auto first = topology->CostBetween(a.id, via.id);
          const auto second = topology->CostBetween(via.id, b.id);
          if (!first.reachable || !second.reachable) continue;
          const auto direct = topology->CostBetween(a.id, b.id);
          RC_ASSERT(direct.reachable);
          RC_ASSERT(direct.latency <= first.latency + second.latency);
          RC_ASSERT(direct.bandwidth >=
                    std::min(first.bandwidth, second.bandwidth));
        }
      }
    }
  }));
}

TEST(Distance_Path, AddsUpAndPassesNoEnd) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = RandomMachine().Build();
    for (const Vertex& a : topology->vertices()) {
      for (const Vertex& b : topology->vertices()) {
        const auto distance = topology->DistanceBetween(a.id, b.id);
        if (!distance) continue;
        RC_ASSERT(distance->path.front() == a.id);
        RC_ASSERT(distance->path.back() == b.id);
        std::vector<VertexId> once = distance->path;
        std::sort(once.begin(), once.end());
        RC_ASSERT(std::adjacent_find(once.begin(), once.end()) == once.end());
        // Only what an end belongs to may stand next to it on the way.
        for (std::size_t i = 2; i + 2 < distance->path.size(); ++i) {
          const VertexKind kind = topology->vertex(distance->path[i]).kind;
          RC_ASSERT(IsTransit(kind) || kind == VertexKind::kAccelerator ||
                    kind == VertexKind::kEngine);
        }
      }
    }
  }));
}

std::string Json(const Topology& topology) {
  return PrintJson(MachineDocument(topology));
}

template <typename T>
void Shuffle(std::vector<T>& facts) {
  for (std::size_t i = facts.size(); i > 1; --i) {
    std::swap(facts[i - 1], facts[*rc::gen::inRange<std::size_t>(0, i)]);
  }
}

TEST(Build_FactsInAnotherOrder, GivesTheSameTopology) {
  EXPECT_TRUE(rc::check([] {
    MachineFacts machine = RandomMachine();
    const std::string before = Json(*machine.Build());
    Shuffle(machine.facts().entities);
    Shuffle(machine.facts().links);
    Shuffle(machine.facts().relations);
    RC_ASSERT(Json(*machine.Build()) == before);
  }));
}

// "numa:3" becomes "numa:27" and so on: another order among equals.
std::string Relabelled(const std::string& key) {
  const std::size_t colon = key.find(':');
  return key.substr(0, colon + 1) +
         std::to_string(30 - std::stoi(key.substr(colon + 1)));
}

TEST(Build_ThingsRelabelled, GivesTheSameCosts) {
  EXPECT_TRUE(rc::check([] {
    MachineFacts machine = RandomMachine();
    const auto before = machine.Build();
    probes::FactSet facts = machine.facts();
    for (auto& entity : facts.entities) entity.key = Relabelled(entity.key);
    auto relabel_ends = [](auto& edges) {
      for (auto& edge : edges) {
        edge.from = Relabelled(edge.from);
        edge.to = Relabelled(edge.to);
      }
    };
    relabel_ends(facts.links);
    relabel_ends(facts.relations);
    const auto after = Topology::Build(std::move(facts), 1);
    for (const Vertex& a : before->vertices()) {
      for (const Vertex& b : before->vertices()) {
        const VertexId x = *after->Find(Relabelled(a.key));
        const VertexId y = *after->Find(Relabelled(b.key));
        const auto was = before->CostBetween(a.id, b.id);
        const auto is = after->CostBetween(x, y);
        RC_ASSERT(was.reachable == is.reachable);
        RC_ASSERT(was.latency == is.latency);
        RC_ASSERT(was.bandwidth == is.bandwidth);
        RC_ASSERT(before->LocalityOf(a.id, b.id) == after->LocalityOf(x, y));
      }
    }
  }));
}

// One link slower, and a new thing that shifts the ids of others.
TEST(Build_WithTheSnapshotBefore, GivesTheCostsOfOneWithoutIt) {
  EXPECT_TRUE(rc::check([] {
    MachineFacts machine = RandomMachine();
    const auto before = machine.Build();
    for (const Vertex& vertex : before->vertices()) {
      (void)before->CostBetween(vertex.id, vertex.id);
    }
    if (!machine.facts().links.empty()) {
      auto& link = machine.facts().links[*rc::gen::inRange<std::size_t>(
          0, machine.facts().links.size())];
      link.forward.latency->value = Nanoseconds(*rc::gen::inRange(0, 500));
    }
    if (*rc::gen::inRange(0, 2) == 0) {
      const std::string other = machine.facts().entities[0].key;
      machine.Link("numa:99", other, LinkKind::kSocketLink, 20,
                   *rc::gen::inRange(1, 100));
    }
    const auto updated = Topology::Build(machine.facts(), 2, before.get());
    const auto anew = Topology::Build(machine.facts(), 2);
    for (const Vertex& a : anew->vertices()) {
      for (const Vertex& b : anew->vertices()) {
        const auto is = updated->CostBetween(a.id, b.id);
        const auto should = anew->CostBetween(a.id, b.id);
        RC_ASSERT(is.reachable == should.reachable);
        RC_ASSERT(is.latency == should.latency);
        RC_ASSERT(is.bandwidth == should.bandwidth);
      }
    }
  }));
}

TEST(Export_ParsedAndBuiltAgain, IsTheSame) {
  EXPECT_TRUE(rc::check([] {
    const auto topology = RandomMachine().Build();
    const Document document = MachineDocument(*topology);
    auto facts = probes::ParseMachine(document);
    RC_ASSERT(facts.has_value());
    const auto again = Topology::Build(*std::move(facts), 1);
    RC_ASSERT(MachineDocument(*again) == document);
  }));
}

TEST(CostBetween_FromManyThreads, IsTheSameForAll) {
  constexpr int kThreads = 8;
  MachineFacts machine;
  for (int i = 0; i < 40; ++i) {
    machine.Link("numa:" + std::to_string(i), "numa:" + std::to_string(i + 1),
                 LinkKind::kSocketLink, 10 + i % 7, 50 + i % 11);
  }
  const auto topology = machine.Build();
  std::vector<std::int64_t> sums(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&topology, &sum = sums[static_cast<std::size_t>(t)]] {
      for (const Vertex& a : topology->vertices()) {
        for (const Vertex& b : topology->vertices()) {
          sum += topology->CostBetween(a.id, b.id).latency.value();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(sums[0], 0);
  for (const std::int64_t sum : sums) EXPECT_EQ(sum, sums[0]);
}

}  // namespace
}  // namespace acceld::graph
