#include "integrations/kubernetes/dra/options.h"

#include <string_view>

#include <CLI/CLI.hpp>

#include "base/version.h"

namespace acceld::dra {
namespace {

constexpr const char* kFooter =
    "Example:\n"
    "  acceld-dra-plugin --node worker-3     as configs/kubernetes/dra runs "
    "it\n"
    "\n"
    "Runs in a pod of its own on each node (configs/kubernetes/dra). Exit\n"
    "status: 0 after SIGTERM or SIGINT, 1 on failure, 2 on a wrong command\n"
    "line. See also: acceld-dra-plugin(8), docs/kubernetes-dra.md";

// What a kubelet was not told for 30 s is unknown to it; a third of that lets
// one look go wrong.
constexpr Nanoseconds kLeastRefresh{10'000'000};
constexpr Nanoseconds kMostRefresh{10'000'000'000};
// Of acceld: docs/policy.md, max_linger.
constexpr Nanoseconds kMostLinger{86'400'000'000'000};

// A check that also sets; the message is CLI11's to show.
CLI::Validator Time(Nanoseconds& time, Nanoseconds least, Nanoseconds most) {
  return CLI::Validator(
      [&time, least, most](const std::string& text) -> std::string {
        const auto parsed = ParseNanoseconds(text);
        if (!parsed) return parsed.error().message;
        if (*parsed < least || *parsed > most) {
          return text + " is not within " + ToString(least) + " and " +
                 ToString(most);
        }
        time = *parsed;
        return {};
      },
      "TIME");
}

}  // namespace

ParsedOptions ParseOptions(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  std::string refresh = "10s";
  std::string linger = "300s";
  CLI::App app{
      "Publishes this node's accelerators to Kubernetes and prepares the\n"
      "claims that are allocated to them (dynamic resource allocation).",
      "acceld-dra-plugin"};
  app.footer(kFooter);
  app.set_version_flag("--version",
                       std::string("acceld-dra-plugin ") + kVersion);
  app.add_option("--node", options.node, "name of this node in Kubernetes")
      ->envname("NODE_NAME")
      ->required();
  app.add_option("--bus", options.bus,
                 "where acceld is: \"system\", \"session\" or a D-Bus address")
      ->capture_default_str();
  app.add_option("--kubelet", options.kubelet, "the kubelet's directory")
      ->capture_default_str();
  app.add_option("--cdi", options.specs, "directory of CDI specs to write to")
      ->capture_default_str();
  app.add_option("--root", options.root,
                 "where the host's / is seen, for device nodes");
  app.add_option("--service-account", options.account,
                 "directory with token and ca.crt")
      ->capture_default_str();
  app.add_option("--refresh", refresh,
                 "how often acceld is asked for what it announces to nobody (a "
                 "taint that ran out), and the kubelet told of health; at most "
                 "10s")
      ->capture_default_str()
      ->check(Time(options.refresh, kLeastRefresh, kMostRefresh));
  app.add_option("--linger", linger,
                 "how long leases outlive this program, until it is started "
                 "again; the policy's max_linger must allow it")
      ->capture_default_str()
      ->check(Time(options.linger, Nanoseconds{}, kMostLinger));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int kUsage = 2;
    parsed.exit_status = app.exit(error) == 0 ? 0 : kUsage;
  }
  return parsed;
}

}  // namespace acceld::dra
