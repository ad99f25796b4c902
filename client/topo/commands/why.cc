#include "client/topo/why.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclareWhy(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name, "A key, or the end of one")->required();
  app.footer("Example:\n  accel-topo why 3a:00.0");
  return OnMachine(
      [name](const Machine& machine, const Look& look) {
        return WhyText(machine, *name, look);
      },
      [name](const Machine& machine) { return WhyDocument(machine, *name); });
}

}  // namespace acceld::topo
