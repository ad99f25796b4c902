// The command line of accel-policy, parsed. Value types; single-threaded.
#pragma once

#include <string>
#include <variant>

#include "client/policy/commands.h"
#include "client/policy/tool.h"

namespace acceld::policy_tool {

struct CommandLine {
  Tool tool;
  Runner run;
};

// What to do instead of a command: --help, --version, or a mistake.
struct EarlyEnd {
  int exit_status = 0;
  std::string text;  // for standard output where the status is 0
};

[[nodiscard]] std::variant<CommandLine, EarlyEnd> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace acceld::policy_tool
