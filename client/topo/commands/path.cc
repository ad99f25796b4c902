#include "client/topo/path.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclarePath(CLI::App& app) {
  struct Ends {
    std::string from;
    std::string to;
  };
  const auto ends = std::make_shared<Ends>();
  app.add_option("A", ends->from, "A key, or the end of one")->required();
  app.add_option("B", ends->to, "A key, or the end of one")->required();
  app.footer(
      "Example:\n"
      "  accel-topo path renderD128 mlx5_0    may the GPU reach the NIC "
      "directly?");
  return OnMachine(
      [ends](const Machine& machine, const Look& look) {
        return PathText(machine, ends->from, ends->to, look);
      },
      [ends](const Machine& machine) {
        return PathDocument(machine, ends->from, ends->to);
      });
}

}  // namespace acceld::topo
