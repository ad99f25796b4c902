// The part of accelctl's command line that is about running commands and
// containers on leases. As command_line.h: one of the few that include CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include "client/ctl/tool.h"

namespace acceld::ctl {

// Each adds a subcommand; `tool` outlives `app`.
void AddRun(CLI::App& app, Tool& tool);
void AddExec(CLI::App& app, Tool& tool);
void AddCdi(CLI::App& app, Tool& tool);

}  // namespace acceld::ctl
