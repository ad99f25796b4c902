#include "bench/route_fabric.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/attribute.h"
#include "base/units.h"
#include "graph/fabric_fold.h"
#include "probes/fact.h"

namespace acceld::bench {
namespace {

constexpr int kRails = 8;         // NICs of a host, each to a leaf of its own
constexpr int kHostsOfLeaf = 16;  // ports of a leaf that hosts have
constexpr int kSpines = 6;
constexpr int kHostsOfStar = 9;  // 72 GPUs

std::string Key(const std::string& kind, int host, int index) {
  return kind + ":" + std::to_string(host) + "." + std::to_string(index);
}

void AddDevice(Fabric& fabric, const std::string& kind, int host, int index) {
  const std::string function = Key("pci", host, index);
  fabric.wires.push_back({Key("switch-port", host, index % 4), function,
                          LinkKind::kPcie, 63, 110});
  fabric.wires.push_back(
      {function, Key(kind, host, index), LinkKind::kOnDie, 200, 30});
}

void AddHost(Fabric& fabric, int host) {
  std::vector<Wire>& wires = fabric.wires;
  wires.push_back({Key("numa", host, 0), Key("numa", host, 1),
                   LinkKind::kSocketLink, 62, 70});
  for (int i = 0; i < 2; ++i) {
    wires.push_back({Key("memory", host, i), Key("numa", host, i),
                     LinkKind::kMemoryBus, 300, 90});
  }
  for (int i = 0; i < 4; ++i) {
    wires.push_back({Key("numa", host, i / 2), Key("host-bridge", host, i),
                     LinkKind::kOnDie, 128, 30});
    wires.push_back({Key("host-bridge", host, i), Key("root-port", host, i),
                     LinkKind::kPcie, 63, 100});
    wires.push_back({Key("root-port", host, i), Key("switch-port", host, i),
                     LinkKind::kPcie, 63, 150});
  }
  for (int i = 0; i < 8; ++i) AddDevice(fabric, "accelerator", host, i);
  for (int i = 8; i < 16; ++i) AddDevice(fabric, "nic", host, i);
  wires.push_back({Key("numa", host, 0), Key("root-port", host, 4),
                   LinkKind::kPcie, 8, 100});
  wires.push_back({Key("root-port", host, 4), Key("pci", host, 16),
                   LinkKind::kPcie, 8, 150});
  wires.push_back({Key("pci", host, 16), Key("storage", host, 0),
                   LinkKind::kOnDie, 200, 30});
}

Fabric Hosts(std::string name, int hosts) {
  Fabric fabric{std::move(name), {}};
  std::set<int> leaves;
  for (int host = 0; host < hosts; ++host) {
    AddHost(fabric, host);
    for (int rail = 0; rail < kRails; ++rail) {
      const int leaf = host / kHostsOfLeaf * kRails + rail;
      leaves.insert(leaf);
      fabric.wires.push_back({Key("pci", host, 8 + rail),
                              Key("fabric-hub", 1000, leaf), LinkKind::kFabric,
                              50, 400});
    }
  }
  for (const int leaf : leaves) {
    for (int spine = 0; spine < kSpines; ++spine) {
      fabric.wires.push_back({Key("fabric-hub", 1000, leaf),
                              Key("fabric-hub", 2000, spine), LinkKind::kFabric,
                              100, 350});
    }
  }
  return fabric;
}

}  // namespace

Fabric LeafAndSpine() {
  constexpr int kHosts = 76;
  Fabric fabric = Hosts("leaf and spine, meshes", kHosts);
  for (int host = 0; host < kHosts; ++host) {
    for (int i = 0; i < 8; ++i) {
      for (int j = 0; j < i; ++j) {
        fabric.wires.push_back({Key("accelerator", host, i),
                                Key("accelerator", host, j), LinkKind::kFabric,
                                50, 200});
      }
    }
  }
  return fabric;
}

Fabric SwitchStars() {
  constexpr int kHosts = 78;
  Fabric fabric = Hosts("leaf and spine, NVSwitch", kHosts);
  for (int host = 0; host < kHosts; ++host) {
    for (int i = 0; i < 8; ++i) {
      fabric.wires.push_back({Key("accelerator", host, i),
                              Key("fabric-hub", 3000, host / kHostsOfStar),
                              LinkKind::kFabric, 450, 150});
    }
  }
  return fabric;
}

graph::Parts Fabric::Resolve() const {
  probes::FactSet facts;
  std::set<std::string> keys;
  for (const Wire& wire : wires) {
    for (const std::string& key : {wire.from, wire.to}) {
      if (!keys.insert(key).second) continue;
      facts.AddEntity(key, *ParseVertexKind(key.substr(0, key.find(':'))));
    }
    const Provenance from{Evidence::kMeasured, "bench"};
    const probes::LinkRate rate{
        Sourced<BytesPerSecond>{BytesPerSecond(wire.gigabytes * 1'000'000'000),
                                from},
        Sourced<Nanoseconds>{Nanoseconds(wire.nanoseconds), from}};
    facts.links.push_back({wire.from, wire.to, wire.kind, rate, rate, {}});
  }
  graph::Parts parts = graph::ResolveFacts(std::move(facts));
  graph::FoldFabrics(parts);
  return parts;
}

Wire& Fabric::Find(const std::string& from, const std::string& to) {
  return *std::find_if(wires.begin(), wires.end(), [&](const Wire& wire) {
    return wire.from == from && wire.to == to;
  });
}

}  // namespace acceld::bench
