#include "client/topo/show.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "client/topo/commands/commands.h"
#include "client/topo/commands/kind_option.h"
#include "client/topo/commands/on_machine.h"
#include "client/topo/name_lookup.h"

namespace acceld::topo {
namespace {

// What CLI11 fills in: its flags say "no", the options of showing say "yes".
struct Raw {
  ShowOptions options;
  std::string from;
  bool no_io = false;
  bool no_bridges = false;
  bool no_collapse = false;
};

Result<ShowOptions> OptionsOf(const Raw& raw, const Machine& machine) {
  ShowOptions options = raw.options;
  options.io = !raw.no_io;
  options.bridges = !raw.no_bridges;
  options.collapse = !raw.no_collapse;
  if (!raw.from.empty()) {
    ACCELD_TRY(options.from, FindByName(*machine.topology, raw.from));
  }
  return options;
}

}  // namespace

Runner DeclareShow(CLI::App& app) {
  const auto raw = std::make_shared<Raw>();
  app.add_option("--from", raw->from, "This thing and what is below it only")
      ->type_name("NAME");
  AddKinds(app, "--only", &raw->options.only,
           "A flat list of these kinds of vertices; may be repeated");
  AddKinds(app, "--ignore", &raw->options.ignore,
           "Leave these kinds out of the tree; may be repeated");
  app.add_flag("--no-io", raw->no_io, "Packages, nodes and memory only");
  app.add_flag("--no-bridges", raw->no_bridges,
               "No host bridges, root ports and switch ports");
  app.add_flag("--no-collapse,--no-factorize", raw->no_collapse,
               "Every sibling on its own line");
  app.add_flag("--faults", raw->options.all_faults,
               "All faults, not the first 5");
  return OnMachine(
      [raw](const Machine& machine, const Look& look) -> Result<std::string> {
        ACCELD_TRY(const ShowOptions options, OptionsOf(*raw, machine));
        return ShowText(machine, options, look);
      },
      [raw](const Machine& machine) -> Result<Document> {
        ACCELD_TRY(const ShowOptions options, OptionsOf(*raw, machine));
        return ShowDocument(machine, options);
      });
}

}  // namespace acceld::topo
