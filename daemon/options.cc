#include "daemon/options.h"

#include <CLI/CLI.hpp>

#include "base/version.h"

namespace acceld::daemon {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  acceld                                   serve this machine on the "
    "system bus\n"
    "  acceld --bus=session                     for yourself, without root\n"
    "  acceld --bus=unix:path=/run/user/1000/b  on a bus of your own\n"
    "  acceld --host configs/hosts/nvswitch-8gpu.json --stand-in=soft\n"
    "                                           develop for a machine that "
    "you do not have\n"
    "\n"
    "Exit status: 0 after SIGTERM or SIGINT, 1 on failure, 2 on a wrong "
    "command line.\n"
    "See also: acceld(8), accelctl(1), accel-topo(1)";

}  // namespace

ParsedOptions ParseOptions(int argc, char** argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  std::string stand_in;
  std::string host;
  CLI::App app{
      "acceld finds every accelerator of the machine, places pipelines on "
      "them by topology, and hands out bound devices over D-Bus.",
      "acceld"};
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("acceld ") + kVersion);
  app.add_option("--bus", options.bus,
                 "\"system\", \"session\" or a D-Bus address")
      ->capture_default_str();
  app.add_option("--policy", options.policy_directory,
                 "directory of policy files (*.json)")
      ->capture_default_str();
  app.add_option("--vfio-offers", options.vfio_offers,
                 "file of the PCI functions that programs may drive by "
                 "themselves (docs/vfio.md)")
      ->capture_default_str();
  auto* sysroot =
      app.add_option("--sysroot", options.sysroot,
                     "probe a recorded machine (a directory or an archive) "
                     "instead of this one; for looking and planning")
          ->check(CLI::ExistingPath);
  app.add_option("--host", host,
                 "load a described machine (a machine document); for looking "
                 "and planning")
      ->check(CLI::ExistingFile)
      ->excludes(sysroot);
  app.add_option("--stand-in", stand_in,
                 "with --sysroot or --host: \"soft\" lets software "
                 "accelerators stand in for the devices shown")
      ->check(CLI::IsMember({"soft"}));
  app.add_option("--runtime-directory", options.runtime_directory,
                 "directory for the sockets of leases, which containers are "
                 "given (default: $RUNTIME_DIRECTORY; without it leases have "
                 "none)")
      ->envname("RUNTIME_DIRECTORY");
  app.add_option("--worker", options.worker,
                 "path of acceld-soft-worker (default: beside acceld)");
  app.add_flag("-v,--verbose", options.verbose, "log debugging details");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int kUsage = 2;
    parsed.exit_status = app.exit(error) == 0 ? 0 : kUsage;
  }
  options.stand_in = !stand_in.empty();
  if (!host.empty()) options.host_file = host;
  return parsed;
}

}  // namespace acceld::daemon
