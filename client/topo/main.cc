// accel-topo: look at a machine as acceld sees it. See docs/accel-topo.md.
#include "client/program.h"
#include "client/topo/command_line.h"

int main(int argc, char** argv) {
  return acceld::client::RunProgram("accel-topo", [&] {
    return acceld::client::RunParsed(
        acceld::topo::ParseCommandLine(argc, argv));
  });
}
