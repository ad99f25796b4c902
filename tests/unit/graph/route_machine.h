// Random machines, and random changes of them, for routes_test.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/topology_terms.h"

namespace acceld::graph {

// Links and relations by names, so that vertex ids may shift.
struct Machine {
  struct Thing {
    std::string key;
    VertexKind kind;
  };
  struct Wire {
    std::string from;
    std::string to;
    LinkKind kind;
    std::array<std::int64_t, 4> rates;  // latency, bandwidth; and back
  };
  struct Bond {
    std::string from;
    std::string to;
    RelationKind kind;
    std::int64_t stated = 0;  // latency and bandwidth that firmware states
  };
  std::vector<Thing> things;
  std::vector<Wire> wires;
  std::vector<Bond> bonds;
};

class Random {
 public:
  explicit Random(unsigned seed) : bits_(seed) {}
  std::size_t Below(std::size_t end) { return bits_() % end; }
  bool OneIn(std::size_t count) { return Below(count) == 0; }

  Machine NewMachine() {
    Machine machine;
    const std::size_t count = 2 + Below(30);
    for (std::size_t i = 0; i < count; ++i) AddThing(machine);
    // A tree with few or many further links.
    const std::size_t further = Below(2 * count);
    for (std::size_t i = 0; i < further; ++i) AddWire(machine);
    const std::size_t bonds = Below(count / 2 + 1);
    for (std::size_t i = 0; i < bonds; ++i) AddBond(machine);
    return machine;
  }

  void ChangeOne(Machine& machine) {
    switch (Below(6)) {
      case 0:
        return AddWire(machine);
      case 1:
        return AddThing(machine);
      case 2:
        return RemoveThing(machine);
      case 3:
        return OneIn(2) ? AddBond(machine) : Drop(machine.bonds);
      case 4:
        return Drop(machine.wires);
      default:
        if (machine.wires.empty()) return;
        Machine::Wire& wire = machine.wires[Below(machine.wires.size())];
        wire.rates[Below(4)] = 1 + std::int64_t(Below(30));
        if (OneIn(2))
          wire.rates = {wire.rates[0], wire.rates[1], wire.rates[0],
                        wire.rates[1]};
    }
  }

 private:
  template <typename T>
  void Drop(std::vector<T>& list) {
    if (!list.empty())
      list.erase(list.begin() + std::ptrdiff_t(Below(list.size())));
  }
  std::string AnyKey(const Machine& machine) {
    return machine.things[Below(machine.things.size())].key;
  }
  void AddThing(Machine& machine) {
    constexpr std::array kKinds{
        VertexKind::kNumaNode,    VertexKind::kSwitchPort,
        VertexKind::kPciFunction, VertexKind::kSwitchPort,
        VertexKind::kAccelerator, VertexKind::kEngine,
        VertexKind::kMemoryTarget};
    const std::string key = "thing:" + std::to_string(next_++);
    const bool is_first = machine.things.empty();
    const std::string other = is_first ? "" : AnyKey(machine);
    machine.things.insert(machine.things.begin() +
                              std::ptrdiff_t(Below(machine.things.size() + 1)),
                          {key, kKinds[Below(kKinds.size())]});
    if (!is_first && !OneIn(8)) AddWire(machine, key, other);
  }
  void RemoveThing(Machine& machine) {
    if (machine.things.size() < 3) return;
    const std::string key = AnyKey(machine);
    std::erase_if(machine.things,
                  [&](const auto& thing) { return thing.key == key; });
    auto is_of = [&](const auto& edge) {
      return edge.from == key || edge.to == key;
    };
    std::erase_if(machine.wires, is_of);
    std::erase_if(machine.bonds, is_of);
  }
  void AddWire(Machine& machine) {
    AddWire(machine, AnyKey(machine), AnyKey(machine));
  }
  void AddWire(Machine& machine, const std::string& from,
               const std::string& to) {
    if (from == to) return;
    Machine::Wire wire{from, to, LinkKind(Below(3)), {}};
    for (std::int64_t& rate : wire.rates) rate = 1 + std::int64_t(Below(9));
    if (OneIn(20)) wire.rates[0] = std::int64_t{1} << 40;  // beyond any cap
    if (!OneIn(4)) {
      wire.rates[2] = wire.rates[0];
      wire.rates[3] = wire.rates[1];
    }
    machine.wires.push_back(wire);
  }
  void AddBond(Machine& machine) {
    constexpr std::array kKinds{RelationKind::kEngineOf,
                                RelationKind::kAcceleratorOf,
                                RelationKind::kSharesMemory,
                                RelationKind::kMemoryOf, RelationKind::kAccess};
    const RelationKind kind = kKinds[Below(kKinds.size())];
    const std::string from = AnyKey(machine);
    const std::string to = AnyKey(machine);
    const auto end =
        std::find_if(machine.things.begin(), machine.things.end(),
                     [&](const auto& thing) { return thing.key == to; });
    // As the builder has them (graph/builder.cc).
    if (kind == RelationKind::kEngineOf) end->kind = VertexKind::kAccelerator;
    if (from == to) return;
    machine.bonds.push_back({from, to, kind, std::int64_t(Below(3))});
  }

  std::mt19937 bits_;
  int next_ = 0;
};

}  // namespace acceld::graph
