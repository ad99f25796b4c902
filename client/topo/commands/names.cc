#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"
#include "client/topo/name_lookup.h"

namespace acceld::topo {

Runner DeclareNames(CLI::App&) {
  return OnMachine(
      [](const Machine& machine, const Look&) {
        return NamesText(*machine.topology);
      },
      [](const Machine& machine) { return NamesDocument(*machine.topology); });
}

}  // namespace acceld::topo
