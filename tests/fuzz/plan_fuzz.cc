// Whatever a request for a sound machine says: an answer passes the verifier,
// bounds hold, a refusal has reasons, and all of it soon.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "graph/topology.h"
#include "placement/request.h"
#include "tests/fuzz/checked_solve.h"
#include "tests/support/bench_machine.h"

namespace {

using acceld::testing::MachineFacts;

// Three copiers, and four GPUs of which each has two partitions and its own
// memory, in a mesh.
std::shared_ptr<const acceld::graph::Topology> Machine() {
  namespace attr = acceld::attr;
  using acceld::LinkKind;
  using acceld::RelationKind;
  MachineFacts machine = acceld::testing::BenchMachine();
  for (int g = 0; g < 4; ++g) {
    const std::string number = std::to_string(g);
    const std::string key = "accelerator:gpu" + number;
    machine.Thing(key)
        .Relation(key, "pci:gpu" + number, RelationKind::kAcceleratorOf)
        .Attribute(key, attr::kFramework, std::string("drm"))
        .Attribute(key, attr::kFunctions,
                   std::vector<std::string>{"compute/gpu", "copy"})
        .Attribute(key, attr::kMemory, acceld::Bytes(std::int64_t{16} << 30))
        .Attribute(key, attr::kPasidWidth, std::int64_t{3})
        .Link("root-port:" + std::to_string(g / 2), "pci:gpu" + number,
              LinkKind::kPcie, 32, 110)
        .Attribute("pci:gpu" + number, attr::kIommuGroup, std::int64_t{9 + g});
    for (int other = 0; other < g; ++other) {
      machine.Link(key, "accelerator:gpu" + std::to_string(other),
                   LinkKind::kFabric, 50, 80);
    }
    for (const std::string part : {".0", ".1"}) {
      machine
          .Relation("engine:gpu" + number + part, key, RelationKind::kEngineOf)
          .Attribute("engine:gpu" + number + part, attr::kInstances,
                     std::int64_t{2});
    }
  }
  return machine.Build();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const auto kMachine = Machine();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = acceld::ParseJson(text);
  if (!document) return 0;
  const auto request = acceld::placement::ParseRequest(*document);
  if (request) acceld::testing::CheckedSolve(*request, *kMachine, {}, {});
  return 0;
}
