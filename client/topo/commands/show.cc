#include "client/topo/show.h"

#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/topology_terms.h"
#include "client/topo/commands/commands.h"
#include "client/topo/commands/kind_option.h"
#include "client/topo/commands/on_machine.h"
#include "graph/machine_document.h"

namespace acceld::topo {
namespace {

// What CLI11 fills in: its flags say "no", the options of showing say "yes".
struct Raw {
  std::vector<VertexKind> only;
  bool no_io = false;
  bool no_collapse = false;
  bool faults = false;
};

ShowOptions OptionsOf(const Raw& raw) {
  ShowOptions options;
  options.io = !raw.no_io;
  options.collapse = !raw.no_collapse;
  options.all_faults = raw.faults;
  if (!raw.only.empty()) options.only = raw.only.front();
  return options;
}

}  // namespace

Runner DeclareShow(CLI::App& app) {
  const auto raw = std::make_shared<Raw>();
  app.add_flag("--no-io", raw->no_io, "Packages, nodes and memory only");
  app.add_flag("--no-collapse", raw->no_collapse,
               "Every sibling on its own line");
  app.add_flag("--faults", raw->faults, "All faults, not the first 5");
  AddKinds(app, "--only", &raw->only, "A flat list of this kind of vertex")
      ->expected(1);
  return OnMachine(
      [raw](const Machine& machine, const Look& look) {
        return ShowText(machine, OptionsOf(*raw), look);
      },
      [](const Machine& machine) {
        return graph::MachineDocument(*machine.topology);
      });
}

}  // namespace acceld::topo
