#include "client/topo/devices.h"

#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclareDevices(CLI::App&) {
  return OnMachine(
      [](const Machine& machine, const Look& look) {
        return DevicesText(machine, look);
      },
      [](const Machine& machine) { return DevicesDocument(machine); });
}

}  // namespace acceld::topo
