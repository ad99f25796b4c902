// The command line of accel-topo, parsed: the common options, and which
// command is to run (client/topo/commands/commands.h lists them).
// Value types; single-threaded.
#pragma once

#include <string>
#include <variant>

#include "client/topo/commands/commands.h"
#include "client/topo/tool.h"

namespace acceld::topo {

struct CommandLine {
  Tool tool;
  std::string command;  // its name; "show" where none is given
  Runner run;
};

// What to do instead of a command: --help, --version, or a mistake.
struct EarlyEnd {
  int exit_status = 0;
  std::string text;  // for standard output where the status is 0
};

[[nodiscard]] std::variant<CommandLine, EarlyEnd> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace acceld::topo
