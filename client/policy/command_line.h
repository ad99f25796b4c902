// The command line of accel-policy, parsed. Value types; single-threaded.
#pragma once

#include <variant>

#include "client/policy/commands.h"
#include "client/policy/tool.h"
#include "client/program.h"

namespace acceld::policy_tool {

struct CommandLine {
  Tool tool;
  Runner run;
};

[[nodiscard]] std::variant<CommandLine, client::EarlyEnd> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace acceld::policy_tool
