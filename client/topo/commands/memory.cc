#include "client/topo/memory.h"

#include "client/topo/commands/commands.h"
#include "client/topo/commands/on_machine.h"

namespace acceld::topo {

Runner DeclareMemory(CLI::App&) {
  return OnMachine(
      [](const Machine& machine, const Look& look) {
        return MemoryText(machine, look);
      },
      [](const Machine& machine) { return MemoryDocument(machine); });
}

}  // namespace acceld::topo
