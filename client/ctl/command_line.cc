#include "client/ctl/command_line.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/version.h"
#include "client/ctl/commands.h"
#include "client/ctl/lease_command_line.h"
#include "client/ctl/text_agent.h"
#include "client/ctl/tool.h"
#include "client/exit_code.h"

namespace acceld::ctl {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  accelctl demo                          see it work, with any hardware\n"
    "  accelctl plan pipeline.json            where would it go?\n"
    "  accelctl run pipeline.json -- ./job    run a command on it\n"
    "  accelctl leases                        who holds what\n"
    "  accelctl policy check policy.d/        is this policy right?\n"
    "\n";

// What is for administrators: polkit may have to ask who is there.
template <typename Command>
void Administer(Tool& tool, Command run) {
  tool.administers = true;
  const TextAgent agent = TextAgent::Start(tool.bus);
  Finish(tool, run());
}

// Each Add function: the options live as long as the callback that reads them.

template <typename Command>
void AddPlain(CLI::App& app, Tool& tool, const char* name, const char* help,
              Command run) {
  app.add_subcommand(name, help)->callback([&tool, run] {
    Finish(tool, run(tool));
  });
}

template <typename Command>
void AddOnFile(CLI::App& app, Tool& tool, const char* name, const char* help,
               Command run) {
  auto* command = app.add_subcommand(name, help);
  const auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "Pipeline as JSON; - for standard input")
      ->required();
  command->footer(std::string("Example:\n  accelctl ") + name +
                  " pipeline.json");
  command->callback([&tool, run, file] { Finish(tool, run(tool, *file)); });
}

void AddDemo(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "demo", "Compress a file and digest the result on accelerators");
  const auto options = std::make_shared<DemoOptions>();
  auto* file = command->add_option("--file", options->file,
                                   "File to compress instead of test data");
  command->add_option("--size", options->size, "How much test data to compress")
      ->capture_default_str()
      ->excludes(file);
  command->add_option("--output", options->output,
                      "Write PREFIX.gz, PREFIX.gz.sha256 and, of test data, "
                      "PREFIX");
  command->add_option("--pipeline", options->pipeline,
                      "Pipeline to acquire instead of the built-in one");
  command->add_flag("--inherited", options->inherited,
                    "Use the lease that this process was given (accelctl run)");
  command->footer(
      "Examples:\n"
      "  accelctl demo\n"
      "  accelctl demo --file linux.tar --output packed\n"
      "  sha256sum -c packed.gz.sha256 && zcat packed.gz | cmp - linux.tar");
  command->callback([&tool, options] { Finish(tool, Demo(tool, *options)); });
}

void AddRelease(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "release", "End a lease now; its devices are free when this returns");
  const auto lease = std::make_shared<std::string>();
  command->add_option("LEASE", *lease, "Object path, or its last part")
      ->required();
  command->footer("Example:\n  accelctl release 1f0c33d2a4b5e697");
  command->callback([&tool, lease] { Finish(tool, Release(tool, *lease)); });
}

void AddLeases(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "leases", "List your leases; all of them for an administrator");
  const auto all = std::make_shared<bool>(false);
  command->add_flag("--all", *all, "Everybody's, where polkit lets you");
  command->callback([&tool, all] {
    if (*all) {
      Administer(tool, [&] { return Leases(tool, true); });
    } else {
      Finish(tool, Leases(tool, false));
    }
  });
}

void AddRevoke(CLI::App& app, Tool& tool) {
  auto* command =
      app.add_subcommand("revoke", "End another's lease (administrators)");
  const auto lease = std::make_shared<std::string>();
  const auto reason = std::make_shared<std::string>();
  command->add_option("LEASE", *lease, "Object path, or its last part")
      ->required();
  command->add_option("--reason", *reason, "What its owner is told");
  command->footer(
      "Example:\n  accelctl revoke 1f0c33d2a4b5e697 --reason 'fan broken'");
  command->callback([&tool, lease, reason] {
    Administer(tool, [&] { return Revoke(tool, *lease, *reason); });
  });
}

void AddTaints(CLI::App& app, Tool& tool) {
  auto* taint = app.add_subcommand(
      "taint", "Take a device out of use until untaint (administrators)");
  const auto options = std::make_shared<TaintOptions>();
  taint->add_option("DEVICE", options->device, "Key, as describe shows it")
      ->required();
  taint->add_option("--reason", options->reason, "What users are told")
      ->required();
  taint
      ->add_option("--effect", options->effect,
                   "refuse: no new lease; avoid: only where no other serves")
      ->check(CLI::IsMember({"refuse", "avoid"}))
      ->capture_default_str();
  taint->add_option("--for", options->lasts, "Time until it ends by itself");
  taint->footer(
      "Leases on the device stay. A restart of acceld forgets taints.\n"
      "Example:\n"
      "  accelctl taint accelerator:renderD128 --reason 'new fan' --for 3600s");
  taint->callback([&tool, options] {
    Administer(tool, [&] { return Taint(tool, *options); });
  });
  auto* untaint = app.add_subcommand(
      "untaint", "Take back what taint did (administrators)");
  const auto device = std::make_shared<std::string>();
  untaint->add_option("DEVICE", *device, "Key of the device")->required();
  untaint->callback([&tool, device] {
    Administer(tool, [&] { return Untaint(tool, *device); });
  });
}

void AddDescribe(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "describe", "Print the machine as JSON, as far as you may see it");
  const auto kinds = std::make_shared<std::vector<std::string>>();
  command->add_option("--kind", *kinds,
                      "Only vertices of this kind, and the links among them; "
                      "may be repeated");
  command->footer(
      "accel-topo shows the same for people.\n"
      "Example:\n  accelctl describe --kind accelerator --kind numa");
  command->callback([&tool, kinds] { Finish(tool, Describe(tool, *kinds)); });
}

void AddExport(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "export", "Print the machine for other schedulers: gres.conf");
  command->require_subcommand(1);
  auto* gres = command->add_subcommand(
      "gres.conf", "Generic resources for Slurm, one line a device");
  const auto options = std::make_shared<ExportOptions>();
  gres->add_option("--host-names", options->hosts,
                   "Begin each line with NodeName=HOSTS (node[1-4])");
  gres->add_option("--from", options->from,
                   "Machine document instead of acceld's (accel-topo --json); "
                   "- for standard input");
  gres->add_option("-o,--output", options->output,
                   "Replace this file instead of printing");
  gres->footer(
      "What slurm.conf must say stands in the text as a comment.\n"
      "Examples:\n"
      "  accelctl export gres.conf -o /etc/slurm/gres.conf\n"
      "  accel-topo --host host.json --json | accelctl export gres.conf "
      "--from -");
  gres->callback(
      [&tool, options] { Finish(tool, ExportGresConf(tool, *options)); });
}

// What stands behind `policy`, where that is the command; it has options of
// its own, which are accel-policy's to judge.
std::optional<std::vector<std::string>> FindPolicyArguments(
    int argc, const char* const* argv, Tool& tool) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "policy") {
      return std::vector<std::string>(argv + i + 1, argv + argc);
    }
    if (argument == "--bus") {
      ++i;
    } else if (argument == "--json") {
      tool.json = true;
    } else if (!argument.starts_with("--bus=")) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void AddCommands(CLI::App& app, Tool& tool) {
  AddOnFile(app, tool, "plan",
            "Show where a pipeline would go; nothing is opened or held", Plan);
  AddOnFile(app, tool, "explain",
            "As plan, with every cost term, runner-up and refused device",
            Explain);
  AddOnFile(app, tool, "acquire",
            "Acquire a pipeline and hold it until Ctrl-C or end of input",
            Acquire);
  AddRun(app, tool);
  AddExec(app, tool);
  AddCdi(app, tool);
  AddDemo(app, tool);
  AddLeases(app, tool);
  AddRelease(app, tool);
  AddRevoke(app, tool);
  AddDescribe(app, tool);
  AddExport(app, tool);
  AddPlain(app, tool, "status",
           "Show acceld's version, machine, snapshot and policy", ShowStatus);
  app.add_subcommand("rescan", "Probe the machine again (administrators)")
      ->callback([&tool] {
        tool.administers = true;
        Finish(tool, Rescan(tool));
      });
  app.add_subcommand("reload",
                     "Read the policy again (administrators); a bad file "
                     "changes nothing")
      ->callback([&tool] { Administer(tool, [&] { return Reload(tool); }); });
  AddTaints(app, tool);
  // For the list only: FindPolicyArguments() comes first.
  app.add_subcommand("policy",
                     "Check, explain and try policies (accel-policy)");
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  constexpr int kUsage = static_cast<int>(client::ExitCode::kUsage);
  constexpr int kUnexpected = static_cast<int>(CLI::ExitCodes::ExtrasError);
  CLI::App app("Places pipelines on accelerators and looks after the leases.",
               "accelctl");
  Tool tool;
  tool.colour = WantsColour();
  app.set_version_flag("--version", std::string("accelctl ") + kVersion);
  app.add_option("--bus", tool.bus,
                 "Bus that acceld is on: system, session, or an address")
      ->capture_default_str();
  app.add_flag("--json", tool.json, "Print JSON for programs");
  app.require_subcommand(0, 1);  // none is told below, in better words
  app.fallthrough();             // global options may follow the command
  app.footer(kExamples + std::string(client::ExitCodeHelp()));
  AddCommands(app, tool);
  if (const auto arguments = FindPolicyArguments(argc, argv, tool)) {
    return Complain(tool, RunPolicyTool(tool, *arguments).error());
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive here too, with status 0.
    if (app.exit(error) == 0) return 0;
    // An option that is the command's own, most likely.
    const bool runs = app.got_subcommand("run") || app.got_subcommand("exec");
    if (runs && error.get_exit_code() == kUnexpected) {
      (void)std::fputs("Put -- before the command that is to run.\n", stderr);
    }
    return kUsage;
  }
  if (!app.get_subcommands().empty()) return tool.status;
  (void)std::fputs("accelctl: name a command; 'accelctl --help' lists them\n",
                   stderr);
  return kUsage;
}

}  // namespace acceld::ctl
