#include "client/topo/command_line.h"

#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "base/utf8.h"
#include "base/version.h"
#include "client/exit_code.h"

namespace acceld::topo {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  accel-topo                              the machine as a tree\n"
    "  accel-topo --only accelerator           accelerators, one a line\n"
    "  accel-topo distance renderD128 numa:1   how far, over which links\n"
    "  accel-topo matrix accelerator nic       who is near whom\n"
    "  accel-topo why 3a:00.0                  all that is known, and from "
    "where\n"
    "  accel-topo --host machine.json devices  look at a described machine\n"
    "  accel-topo --direct --json show         this machine as a document\n";

// What CLI11 fills in before it is checked.
struct Raw {
  CommandLine line;
  std::string only;
  std::vector<std::string> kinds;
  std::string colour = "auto";
  int width = -1;
  bool no_io = false;
  bool no_collapse = false;
  bool ascii = false;
};

std::string Footer() {
  return std::string(kExamples) + "\n" + std::string(client::ExitCodeHelp());
}

void AddCommonOptions(CLI::App& app, Raw& raw) {
  SourceOptions& source = raw.line.source;
  auto* direct = app.add_flag("--direct", source.direct,
                              "Probe this machine; do not ask acceld");
  auto* sysroot =
      app.add_option("--sysroot", source.sysroot,
                     "Probe a recorded tree (a folder with sys/ and proc/)")
          ->type_name("DIR");
  auto* host = app.add_option("--host", source.host,
                              "Load a described machine (a machine document)")
                   ->type_name("FILE");
  auto* bus = app.add_option("--bus", source.bus,
                             "Bus of the daemon: system, session or an address")
                  ->type_name("BUS")
                  ->capture_default_str();
  sysroot->excludes(host);
  for (CLI::Option* option : {sysroot, host}) {
    option->excludes(direct);
    option->excludes(bus);
  }
  direct->excludes(bus);
  app.add_flag("--json", raw.line.json, "Print JSON (exact values)");
  app.add_option("--width", raw.width,
                 "Wrap at this column; 0: never (default: the terminal's "
                 "width, never elsewhere)")
      ->type_name("COLUMNS")
      ->check(CLI::Range(0, 10000));
  app.add_option("--color,--colour", raw.colour,
                 "always, never or auto (on a terminal, unless NO_COLOR is "
                 "set)")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--ascii", raw.ascii, "No Unicode in tree lines and signs");
}

// On the program and on `show`, so that both `accel-topo --no-io` and
// `accel-topo show --no-io` work.
std::vector<CLI::Option*> AddShowOptions(CLI::App& app, Raw& raw) {
  ShowOptions& show = raw.line.show;
  return {
      app.add_flag("--no-io", raw.no_io, "Packages, nodes and memory only"),
      app.add_flag("--no-collapse", raw.no_collapse,
                   "Every sibling on its own line"),
      app.add_flag("--faults", show.all_faults, "All faults, not the first 5"),
      app.add_option("--only", raw.only, "A flat list of this kind of vertex")
          ->type_name("KIND"),
  };
}

Result<VertexKind> KindNamed(const std::string& name) {
  if (const auto kind = ParseVertexKind(name)) return *kind;
  std::string known;
  for (int i = 0; i <= static_cast<int>(VertexKind::kIommuUnit); ++i) {
    known.append(known.empty() ? "" : ", ");
    known.append(Name(static_cast<VertexKind>(i)));
  }
  return Fail(ErrorCode::kInvalidArgument,
              "no kind '" + Printable(name) + "'; kinds: " + known);
}

Status Check(Raw& raw) {
  CommandLine& line = raw.line;
  line.show.io = !raw.no_io;
  line.show.collapse = !raw.no_collapse;
  if (!raw.only.empty()) {
    ACCELD_TRY(line.show.only, KindNamed(raw.only));
  }
  for (const std::string& name : raw.kinds) {
    ACCELD_TRY(const VertexKind kind, KindNamed(name));
    line.kinds.push_back(kind);
  }
  if (raw.width >= 0) line.width = raw.width;
  if (raw.ascii) line.unicode = false;
  if (raw.colour != "auto") line.colour = raw.colour == "always";
  return {};
}

EarlyEnd Mistake(std::string_view message) {
  return {
      static_cast<int>(client::ExitCode::kUsage),
      "accel-topo: " + std::string(message) + "\nTry `accel-topo --help`.\n"};
}

struct Commands {
  std::vector<std::pair<CLI::App*, Command>> all;
  std::vector<CLI::Option*> show_options;  // those of the program itself
};

Commands AddCommands(CLI::App& app, Raw& raw) {
  Commands commands;
  const auto add = [&](const char* name, const char* what, Command command) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->fallthrough();
    commands.all.emplace_back(sub, command);
    return sub;
  };
  CLI::App* show =
      add("show", "The machine as a tree (the default)", Command::kShow);
  AddShowOptions(*show, raw);
  CLI::App* distance =
      add("distance", "Latency, bandwidth and path between two things",
          Command::kDistance);
  distance->add_option("A", raw.line.from, "A key, or the end of one")
      ->required();
  distance->add_option("B", raw.line.to, "A key, or the end of one")
      ->required();
  add("matrix", "How near each thing is to each other", Command::kMatrix)
      ->add_option("KIND", raw.kinds,
                   "Kinds to compare (default: memory, accelerator, nic)");
  add("devices", "A table of the accelerators", Command::kDevices);
  add("functions", "What can be done here, and by which devices",
      Command::kFunctions);
  add("memory", "Memories and what each initiator sees of them",
      Command::kMemory);
  add("why", "All that is known of one thing, and from where", Command::kWhy)
      ->add_option("NAME", raw.line.name, "A key, or the end of one")
      ->required();
  add("names", "Every key, one a line (for completion and scripts)",
      Command::kNames);
  app.require_subcommand(0, 1);
  return commands;
}

std::variant<CommandLine, EarlyEnd> Finish(Raw& raw, const Commands& commands) {
  bool show = true;
  for (const auto& [sub, command] : commands.all) {
    if (!sub->parsed()) continue;
    raw.line.command = command;
    show = command == Command::kShow;
  }
  for (const CLI::Option* option : commands.show_options) {
    if (!show && option->count() != 0) {
      return Mistake(option->get_name() + " goes with `show` only");
    }
  }
  const Status checked = Check(raw);
  if (!checked) return Mistake(checked.error().message);
  return std::move(raw.line);
}

}  // namespace

std::variant<CommandLine, EarlyEnd> ParseCommandLine(int argc,
                                                     const char* const* argv) {
  CLI::App app{
      "accel-topo shows a machine as acceld sees it: CPUs, memories, buses, "
      "accelerators,\nand how far each is from each other.",
      "accel-topo"};
  Raw raw;
  AddCommonOptions(app, raw);
  app.set_version_flag("--version", "accel-topo " + std::string(kVersion));
  app.footer(Footer());
  Commands commands;
  commands = AddCommands(app, raw);
  commands.show_options = AddShowOptions(app, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(error, out, err) == 0) return EarlyEnd{0, out.str()};
    return Mistake(error.what());
  }
  return Finish(raw, commands);
}

}  // namespace acceld::topo
