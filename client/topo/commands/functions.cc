#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"
#include "client/topo/devices.h"

namespace acceld::topo {

Runner DeclareFunctions(CLI::App&) {
  return OnMachine(
      [](const Machine& machine, const Look& look) {
        return FunctionsText(machine, look);
      },
      [](const Machine& machine) { return FunctionsDocument(machine); });
}

}  // namespace acceld::topo
