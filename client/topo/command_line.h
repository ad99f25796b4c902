// The command line of accel-topo, parsed: the common options, and which
// command is to run (client/topo/commands/commands.h lists them).
// Value types; single-threaded.
#pragma once

#include <string>
#include <variant>

#include "client/program.h"
#include "client/topo/commands/commands.h"
#include "client/topo/tool.h"

namespace acceld::topo {

struct CommandLine {
  Tool tool;
  std::string command;  // its name; "show" where none is given
  Runner run;
};

[[nodiscard]] std::variant<CommandLine, client::EarlyEnd> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace acceld::topo
