#include "client/ctl/lease_command_line.h"

#include <memory>
#include <string>
#include <vector>

#include "client/ctl/cdi.h"
#include "client/ctl/commands.h"

namespace acceld::ctl {
namespace {

using CdiCommand = Status (*)(const Tool&, const CdiOptions&);

// A subcommand of `accelctl cdi`; the options live as long as the callback.
std::shared_ptr<CdiOptions> AddCdiCommand(CLI::App& cdi, Tool& tool,
                                          const char* name, const char* help,
                                          CdiCommand run) {
  const auto options = std::make_shared<CdiOptions>();
  cdi.add_subcommand(name, help)->callback([&tool, run, options] {
    tool.administers = options->all;
    Finish(tool, run(tool, *options));
  });
  return options;
}

void AddDirectory(CLI::App& cdi, const char* command, CdiOptions& options,
                  const char* help) {
  cdi.get_subcommand(command)->add_option("--output-dir", options.directory,
                                          help);
}

void AddRoot(CLI::App& cdi, const char* command, CdiOptions& options) {
  cdi.get_subcommand(command)->add_option(
      "--root", options.root,
      "Where the host's files are, in a container that looks after it (/host)");
}

constexpr const char* kSpecsDirectory =
    "Directory of the specs (default: /var/run/cdi)";

void AddGenerate(CLI::App& cdi, Tool& tool) {
  const auto options = AddCdiCommand(
      cdi, tool, "generate",
      "Print the specs of the machine's devices, one for each class",
      CdiGenerate);
  AddDirectory(cdi, "generate", *options,
               "Write them there instead, and remove those of classes that are "
               "gone");
  AddRoot(cdi, "generate", *options);
  cdi.get_subcommand("generate")
      ->footer(
          "Who uses these names needs no lease: they are for engines and "
          "schedulers that\nhold leases by themselves.\n"
          "Example:\n  accelctl cdi generate --output-dir /etc/cdi");
}

void AddSync(CLI::App& cdi, Tool& tool) {
  const auto options =
      AddCdiCommand(cdi, tool, "sync",
                    "Write the specs of leases, and remove those of leases "
                    "that are over",
                    CdiSync);
  AddDirectory(cdi, "sync", *options, kSpecsDirectory);
  AddRoot(cdi, "sync", *options);
  auto* command = cdi.get_subcommand("sync");
  command->add_flag("--all", options->all,
                    "Everybody's leases, where polkit lets you");
  command->add_flag("--watch", options->watch,
                    "Go on as leases come and go; at the end remove the specs");
}

}  // namespace

void AddRun(CLI::App& app, Tool& tool) {
  auto* command =
      app.add_subcommand("run", "Run a command with the devices of a pipeline");
  const auto options = std::make_shared<RunOptions>();
  command
      ->add_option("FILE,-p,--pipeline", options->file,
                   "Pipeline as JSON; - for standard input")
      ->required();
  command->add_option("COMMAND", options->command, "Command and its arguments")
      ->required();
  command->add_flag("--cdi", options->cdi,
                    "For a container: its spec is written, and {cdi} in the "
                    "command is its name");
  command->add_option("--cdi-dir", options->cdi_directory,
                      "Where that spec is waited for (default: /var/run/cdi)");
  command->add_flag("--detach", options->detach,
                    "The lease lasts as long as a process that was given it, "
                    "not as the command");
  command->add_flag_callback(
      "--no-affinity", [options] { options->affinity = false; },
      "Do not keep the command to CPUs and memory near its devices");
  command->footer(
      "The command inherits the session socket as descriptor 3 and the grants "
      "from 4 on;\nACCELD_GRANTS says in JSON which is which. The lease ends "
      "with the command, and\nthe exit status is the command's. In the "
      "command, {lease}, {cdi}, {fds}, {cpus} and\n{mems} are filled in.\n"
      "Examples:\n"
      "  accelctl run pipeline.json -- ./transcode input.mkv\n"
      "  accelctl run -p pipeline.json -- podman run -e 'ACCELD_*' IMAGE\n"
      "  accelctl run -p pipeline.json --cdi -- podman run --device {cdi} "
      "IMAGE");
  command->callback([&tool, options] {
    const auto status = Run(tool, *options);
    tool.status = status ? *status : Complain(tool, status.error());
  });
}

void AddExec(CLI::App& app, Tool& tool) {
  auto* command = app.add_subcommand(
      "exec", "Become a command, with the lease that this process was given");
  const auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("COMMAND", *words, "Command and its arguments")
      ->required();
  command->footer(
      "For a command that looks for its descriptors from 3 on (LISTEN_FDS), "
      "where it is\ngiven a lease in another way: in a task of Slurm, or in a "
      "container by CDI.\nNeeds no acceld to be asked.\n"
      "Example:\n"
      "  srun --accel=pipeline.json accelctl exec -- ./transcode input.mkv");
  command->callback([&tool, words] { Finish(tool, Exec(tool, *words)); });
}

void AddCdi(CLI::App& app, Tool& tool) {
  auto* cdi = app.add_subcommand(
      "cdi", "Write specs for container engines (CDI) of devices and leases");
  cdi->require_subcommand(1);
  cdi->fallthrough();
  // Of those commands too that have no footer of their own.
  cdi->footer(
      "Examples:\n"
      "  accelctl cdi sync --watch                     the specs of your "
      "leases\n"
      "  accelctl cdi list\n"
      "  accelctl cdi generate --output-dir /etc/cdi   those of all devices");
  AddGenerate(*cdi, tool);
  AddSync(*cdi, tool);
  const auto list =
      AddCdiCommand(*cdi, tool, "list", "List the specs of acceld", CdiList);
  AddDirectory(*cdi, "list", *list, kSpecsDirectory);
  const auto remove =
      AddCdiCommand(*cdi, tool, "remove",
                    "Remove the specs that generate and sync wrote", CdiRemove);
  AddDirectory(*cdi, "remove", *remove, kSpecsDirectory);
  cdi->get_subcommand("remove")->add_flag("--leases", remove->leases_only,
                                          "Those of leases alone");
}

}  // namespace acceld::ctl
