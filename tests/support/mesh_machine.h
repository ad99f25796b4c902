// MeshMachine: accelerators that are all linked with each other, pair by pair,
// as kernels tell the partitions of a machine of eight large GPUs. For tests
// and benchmarks of what such a machine costs where nobody folded its links.
#pragma once

#include <cstdint>
#include <string>

#include "base/attribute.h"
#include "base/topology_terms.h"
#include "tests/support/machine_facts.h"

namespace acceld::testing {

// One node and 64 accelerators, 8 to a package: 65 vertices. Each of the 2,016
// pairs has two links, of kinds that are not folded into hubs: 4,032 links.
// Within a package they are eight times as fast.
inline MachineFacts MeshMachine() {
  constexpr int kAccelerators = 64;
  constexpr int kInPackage = 8;
  MachineFacts machine;
  machine.Thing("numa:0").Attribute("numa:0", attr::kCpus,
                                    std::string("0-127"));
  for (int i = 0; i < kAccelerators; ++i) {
    const std::string key = "accelerator:" + std::to_string(i);
    machine.Thing(key)
        .Attribute(key, attr::kName, "Partition " + std::to_string(i))
        .Attribute(key, attr::kFramework, std::string("kfd"));
    for (int j = 0; j < i; ++j) {
      const std::string other = "accelerator:" + std::to_string(j);
      const bool is_near = i / kInPackage == j / kInPackage;
      machine.Link(other, key, LinkKind::kCxl, is_near ? 800 : 100, 200)
          .Link(other, key, LinkKind::kPcie, is_near ? 400 : 50, 300);
    }
  }
  return machine;
}

}  // namespace acceld::testing
