// acceld-device-plugin: acceld's devices and pipelines as resources of a
// Kubernetes node.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "base/units.h"
#include "base/version.h"
#include "client/exit_code.h"
#include "client/program.h"
#include "integrations/kubernetes/device_plugin/agent.h"

namespace acceld::kubernetes {
namespace {

constexpr const char* kExamples =
    "Each file NAME.json of the resources' directory is a resource "
    "acceld.org/NAME: a\npipeline, a unit of which is a whole aligned set of "
    "devices, or one stage of it\n(\"function\", \"select\", ...), a unit of "
    "which is one device. Files are read again when they change, and at "
    "SIGHUP.\n\n"
    "Examples:\n"
    "  acceld-device-plugin                     serve "
    "/etc/acceld/kubernetes/*.json\n"
    "  acceld-device-plugin --cdi-directory=/var/run/cdi\n"
    "                                           for runtimes with CDI\n";

void AddOptions(CLI::App& app, AgentOptions& options, std::string& linger,
                double& grace, double& interval) {
  app.add_option("--bus", options.bus,
                 "\"system\", \"session\" or a D-Bus address")
      ->capture_default_str();
  app.add_option("--resources", options.resources,
                 "Directory of the resources' files")
      ->capture_default_str();
  app.add_option("--plugin-directory", options.plugins,
                 "The kubelet's directory of device plugins")
      ->capture_default_str();
  app.add_option("--pod-resources", options.pod_resources,
                 "The kubelet's PodResources socket")
      ->capture_default_str();
  app.add_option("--cdi-directory", options.cdi_directory,
                 "Give containers CDI devices, with specs written there");
  app.add_option("--host-root", options.host_root,
                 "Where the host's /dev is seen here, as \"/host\"");
  app.add_option("--linger", linger,
                 "How long leases outlive this program, to be found again")
      ->capture_default_str();
  app.add_option("--grace", grace,
                 "Seconds that a pod may take to be known to the kubelet")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3600.0));
  app.add_option("--interval", interval,
                 "Seconds between two looks at pods, and at what acceld does "
                 "not announce")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 3600.0));
}

int RunWith(int argc, char** argv) {
  CLI::App app(
      "acceld's devices and pipelines as resources of a Kubernetes "
      "node: a kubelet device plugin.",
      "acceld-device-plugin");
  app.footer(kExamples);
  app.set_version_flag("--version",
                       std::string("acceld-device-plugin ") + kVersion);
  AgentOptions options;
  std::string linger = "300s";
  double grace = static_cast<double>(options.grace.count()) / 1000.0;
  double interval = static_cast<double>(options.interval.count()) / 1000.0;
  AddOptions(app, options, linger, grace, interval);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0
                                : static_cast<int>(client::ExitCode::kUsage);
  }
  const auto time = ParseNanoseconds(linger);
  if (!time) {
    (void)std::fprintf(stderr, "acceld-device-plugin: --linger: %s\n",
                       time.error().message.c_str());
    return static_cast<int>(client::ExitCode::kUsage);
  }
  options.linger = *time;
  options.grace =
      std::chrono::milliseconds(static_cast<std::int64_t>(grace * 1000.0));
  options.interval =
      std::chrono::milliseconds(static_cast<std::int64_t>(interval * 1000.0));
  const Status served = RunAgent(options);
  if (served) return 0;
  Log(LogLevel::kError, "ended", {{"reason", served.error().message}});
  return static_cast<int>(client::ExitCodeOf(served.error().code));
}

}  // namespace
}  // namespace acceld::kubernetes

int main(int argc, char** argv) {
  return acceld::client::RunProgram("acceld-device-plugin", [&] {
    return acceld::kubernetes::RunWith(argc, argv);
  });
}
