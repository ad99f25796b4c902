#include "client/topo/command_line.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/version.h"
#include "client/exit_code.h"

namespace acceld::topo {
namespace {

using client::EarlyEnd;

constexpr const char* kExamples =
    "Examples:\n"
    "  accel-topo                              the machine as a tree\n"
    "  accel-topo --only accelerator           accelerators, one a line\n"
    "  accel-topo distance renderD128 numa:1   how far, over which links\n"
    "  accel-topo path renderD128 mlx5_0       may one reach the other "
    "directly?\n"
    "  accel-topo matrix accelerator nic       who is near whom\n"
    "  accel-topo why 3a:00.0                  all that is known, and from "
    "where\n"
    "  accel-topo diff before.json live        what has changed\n"
    "  accel-topo --host machine.json devices  look at a described machine\n"
    "  accel-topo --direct --json show         this machine as a document\n";

// The common options as CLI11 fills them in, before the look is made.
struct Common {
  SourceOptions source;
  bool json = false;
  std::string colour = "auto";
  int width = -1;  // < 0: not asked for
  bool ascii = false;
};

std::string Footer() {
  return std::string(kExamples) + "\n" + std::string(client::ExitCodeHelp());
}

void AddSourceOptions(CLI::App& app, SourceOptions& source) {
  auto* direct = app.add_flag("--direct", source.direct,
                              "Probe this machine; do not ask acceld");
  auto* sysroot =
      app.add_option("--sysroot", source.sysroot,
                     "Probe a recorded machine (a folder with sys/ and "
                     "proc/, or an archive of one)")
          ->type_name("PATH");
  auto* host = app.add_option("--host", source.host,
                              "Load a described machine (a machine document)")
                   ->type_name("FILE");
  auto* bus = app.add_option("--bus", source.bus,
                             "Bus of the daemon: system, session or an address")
                  ->type_name("BUS")
                  ->capture_default_str();
  auto* offers =
      app.add_option("--vfio-offers", source.vfio_offers,
                     "With --sysroot or --direct: what acceld would offer by "
                     "these VFIO offers (docs/vfio.md)")
          ->type_name("FILE")
          ->check(CLI::ExistingFile);
  offers->excludes(host);
  sysroot->excludes(host);
  for (CLI::Option* option : {sysroot, host}) {
    option->excludes(direct);
    option->excludes(bus);
  }
  direct->excludes(bus);
}

void AddLookOptions(CLI::App& app, Common& common) {
  app.add_flag("--json", common.json, "Print JSON (exact values)");
  app.add_option("--width", common.width,
                 "Wrap at this column; 0: never (default: the terminal's "
                 "width, never elsewhere)")
      ->type_name("COLUMNS")
      ->check(CLI::Range(0, 10000));
  app.add_option("--color,--colour", common.colour,
                 "always, never or auto (on a terminal, unless NO_COLOR is "
                 "set)")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--ascii", common.ascii, "No Unicode in tree lines and signs");
}

Tool ToolOf(const Common& common) {
  Tool tool;
  tool.source = common.source;
  tool.json = common.json;
  tool.look = LookFor(ReadSurroundings());
  if (common.width >= 0) tool.look.width = common.width;
  if (common.ascii) tool.look.unicode = false;
  if (common.colour != "auto") tool.look.colour = common.colour == "always";
  return tool;
}

EarlyEnd Mistake(std::string_view message) {
  return {
      static_cast<int>(client::ExitCode::kUsage),
      "accel-topo: " + std::string(message) + "\nTry `accel-topo --help`.\n"};
}

// The program with its commands declared, and what runs each.
struct Declared {
  std::vector<std::pair<CLI::App*, Runner>> commands;  // as AllCommands
  // The first command once more, with its options on the program itself, so
  // that both `accel-topo --no-io` and `accel-topo show --no-io` work.
  Runner unnamed;
  std::vector<CLI::Option*> unnamed_options;
};

Declared DeclareAll(CLI::App& app) {
  Declared declared;
  for (const Command& command : AllCommands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    sub->fallthrough();
    declared.commands.emplace_back(sub, command.declare(*sub));
  }
  const std::vector<CLI::Option*> common = app.get_options();
  declared.unnamed = AllCommands().front().declare(app);
  for (CLI::Option* option : app.get_options()) {
    if (std::find(common.begin(), common.end(), option) == common.end()) {
      declared.unnamed_options.push_back(option);
    }
  }
  app.require_subcommand(0, 1);
  return declared;
}

// The first of the options that was given; null where none was.
const CLI::Option* GivenOf(const std::vector<CLI::Option*>& options) {
  const auto given =
      std::find_if(options.begin(), options.end(),
                   [](const CLI::Option* one) { return one->count() != 0; });
  return given == options.end() ? nullptr : *given;
}

std::variant<CommandLine, EarlyEnd> Finish(const Common& common,
                                           Declared declared) {
  const std::string first = AllCommands().front().name;
  const CLI::Option* unnamed = GivenOf(declared.unnamed_options);
  for (auto& [sub, run] : declared.commands) {
    if (!sub->parsed()) continue;
    if (unnamed == nullptr) {
      return CommandLine{ToolOf(common), sub->get_name(), std::move(run)};
    }
    if (sub->get_name() != first) {
      return Mistake(unnamed->get_name() + " goes with `" + first + "` only");
    }
    if (GivenOf(sub->get_options()) != nullptr) {
      return Mistake("put " + unnamed->get_name() + " after `" + first +
                     "` too");
    }
  }
  return CommandLine{ToolOf(common), first, std::move(declared.unnamed)};
}

}  // namespace

std::variant<CommandLine, EarlyEnd> ParseCommandLine(int argc,
                                                     const char* const* argv) {
  CLI::App app{
      "accel-topo shows a machine as acceld sees it: CPUs, memories, buses, "
      "accelerators,\nand how far each is from each other.",
      "accel-topo"};
  Common common;
  AddSourceOptions(app, common.source);
  AddLookOptions(app, common);
  app.set_version_flag("--version", "accel-topo " + std::string(kVersion));
  app.footer(Footer());
  Declared declared = DeclareAll(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return EarlyEnd{0, out.str()};
    return Mistake(error.what());
  }
  return Finish(common, std::move(declared));
}

}  // namespace acceld::topo
