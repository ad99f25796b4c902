// BenchMachine: a hand-made machine that placement tests change one fact at a
// time: two NUMA nodes, a switch with two accelerators on node 0, a third on
// node 1. Tests only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "tests/support/machine_facts.h"

namespace acceld::testing {

// accelerator:a and accelerator:b hang on one switch of numa:0, accelerator:c
// on numa:1. All are copiers with 16 instances. Memory: ddr at each node, and
// "memory:9", HBM next to c.
inline MachineFacts BenchMachine() {
  MachineFacts machine;
  for (const std::string n : {"0", "1"}) {
    machine.Thing("package:" + n).Thing("numa:" + n).Thing("memory:" + n);
    machine.Relation("package:" + n, "numa:" + n, RelationKind::kContains)
        .Relation("memory:" + n, "numa:" + n, RelationKind::kMemoryOf)
        .Link("numa:" + n, "memory:" + n, LinkKind::kMemoryBus, 100, 90)
        .Link("numa:" + n, "host-bridge:" + n, LinkKind::kOnDie, 200, 40)
        .Link("host-bridge:" + n, "root-port:" + n, LinkKind::kOnDie, 64, 60)
        .Attribute("numa:" + n, attr::kCpus, n)
        .Attribute("memory:" + n, attr::kMemoryKind, std::string("ddr"))
        .Attribute("memory:" + n, attr::kCapacity,
                   Bytes(std::int64_t{4} << 30));
  }
  machine.Link("numa:0", "numa:1", LinkKind::kSocketLink, 20, 100)
      .Link("root-port:0", "switch-port:up", LinkKind::kPcie, 16, 110)
      .Link("switch-port:up", "pci:a", LinkKind::kPcie, 16, 110)
      .Link("switch-port:up", "pci:b", LinkKind::kPcie, 16, 110)
      .Link("root-port:1", "pci:c", LinkKind::kPcie, 16, 110);
  std::int64_t group = 0;
  for (const std::string d : {"a", "b", "c"}) {
    const std::string key = "accelerator:" + d;
    machine.Thing(key)
        .Relation(key, "pci:" + d, RelationKind::kAcceleratorOf)
        .Attribute("pci:" + d, attr::kIommuGroup, ++group)
        .Attribute(key, attr::kFramework, std::string("uacce"))
        .Attribute(key, attr::kFunctions, std::vector<std::string>{"copy"})
        .Attribute(key, attr::kInstances, std::int64_t{16});
  }
  machine.Thing("memory:9")
      .Attribute("memory:9", attr::kMemoryKind, std::string("hbm"))
      .Attribute("memory:9", attr::kCapacity, Bytes(std::int64_t{1} << 30))
      .Link("accelerator:c", "memory:9", LinkKind::kFabric, 400, 50);
  return machine;
}

}  // namespace acceld::testing
