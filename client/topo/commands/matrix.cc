#include "client/topo/matrix.h"

#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/topology_terms.h"
#include "client/topo/commands/commands.h"
#include "client/topo/commands/kind_option.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclareMatrix(CLI::App& app) {
  const auto kinds = std::make_shared<std::vector<VertexKind>>();
  AddKinds(app, "KIND", kinds.get(),
           "Kinds to compare (default: memory, accelerator, nic)");
  app.footer("Example:\n  accel-topo matrix accelerator nic");
  return OnMachine(
      [kinds](const Machine& machine, const Look& look) {
        return MatrixText(machine, *kinds, look);
      },
      [kinds](const Machine& machine) {
        return MatrixDocument(machine, *kinds);
      });
}

}  // namespace acceld::topo
