#include "client/topo/matrix.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "client/topo/commands/commands.h"
#include "client/topo/commands/kind_option.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclareMatrix(CLI::App& app) {
  struct Raw {
    MatrixOptions options;
    bool latency = false;
    bool bandwidth = false;
  };
  const auto raw = std::make_shared<Raw>();
  AddKinds(app, "KIND", &raw->options.kinds,
           "Kinds to compare (default: memory, accelerator, nic)");
  auto* latency =
      app.add_flag("--latency", raw->latency, "Latencies instead of classes");
  app.add_flag("--bandwidth", raw->bandwidth, "Bandwidths instead of classes")
      ->excludes(latency);
  app.footer(
      "Examples:\n"
      "  accel-topo matrix accelerator nic         who is near whom\n"
      "  accel-topo matrix --bandwidth numa memory  what each node gets of "
      "each memory");
  const auto chosen = [raw] {
    MatrixOptions options = raw->options;
    if (raw->latency) options.what = MatrixOf::kLatency;
    if (raw->bandwidth) options.what = MatrixOf::kBandwidth;
    return options;
  };
  return OnMachine(
      [chosen](const Machine& machine, const Look& look) {
        return MatrixText(machine, chosen(), look);
      },
      [chosen](const Machine& machine) {
        return MatrixDocument(machine, chosen());
      });
}

}  // namespace acceld::topo
