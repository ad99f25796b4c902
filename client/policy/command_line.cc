#include "client/policy/command_line.h"

#include <unistd.h>

#include <array>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/version.h"
#include "client/exit_code.h"

namespace acceld::policy_tool {
namespace {

using client::EarlyEnd;

struct Command {
  const char* name;
  const char* help;
  Runner (*declare)(CLI::App& app);
};

constexpr std::array<Command, 4> kCommands{{
    {"check", "Tell every mistake and warning in policy files", DeclareCheck},
    {"explain", "Which rule decides for each device, and what is chosen",
     DeclareExplain},
    {"simulate", "Try a policy on a workload: who gets what, and what is left",
     DeclareSimulate},
    {"diff", "What another policy changes for whom", DeclareDiff},
}};

EarlyEnd Mistake(std::string_view message) {
  return {static_cast<int>(client::ExitCode::kUsage),
          "accel-policy: " + std::string(message) +
              "\nTry `accelctl policy --help`.\n"};
}

}  // namespace

std::variant<CommandLine, EarlyEnd> ParseCommandLine(int argc,
                                                     const char* const* argv) {
  CLI::App app{
      "Checks, explains and tries policies. Needs neither acceld nor root;\n"
      "`accelctl policy` runs it.",
      "accel-policy"};
  Tool tool;
  app.add_flag("--json", tool.json, "Print JSON for programs");
  auto* file = app.add_option("--users", tool.people.file,
                              "Users and groups of another machine: the output "
                              "of `getent passwd; getent group` there")
                   ->type_name("FILE");
  app.add_flag("--no-users", tool.people.invented,
               "Take every name for that of a user or group")
      ->excludes(file);
  app.set_version_flag("--version", "accel-policy " + std::string(kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  std::vector<std::pair<CLI::App*, Runner>> declared;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    declared.emplace_back(sub, command.declare(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return EarlyEnd{0, out.str()};
    return Mistake(error.what());
  }
  tool.look = topo::LookFor(topo::ReadSurroundings());
  tool.is_terminal = ::isatty(STDERR_FILENO) == 1;
  for (auto& [sub, run] : declared) {
    if (sub->parsed()) return CommandLine{tool, std::move(run)};
  }
  return Mistake("name a command");
}

}  // namespace acceld::policy_tool
