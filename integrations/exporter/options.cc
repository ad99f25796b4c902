#include "integrations/exporter/options.h"

#include <CLI/CLI.hpp>

#include "base/units.h"
#include "base/version.h"

namespace acceld::exporter {
namespace {

constexpr int kUsage = 2;

constexpr const char* kFooter =
    "It shows what its user may see of acceld, to whoever can connect: run one "
    "for each\ntenant, as a user of that tenant, or as an administrator of "
    "acceld for everything.\n"
    "\n"
    "Examples:\n"
    "  accel-exporter                              on 127.0.0.1:9730\n"
    "  curl -s http://127.0.0.1:9730/metrics       what it says\n"
    "  accel-exporter --listen '[::]:9730' --password-file "
    "/etc/acceld/scrape\n"
    "                                              for another machine's "
    "Prometheus\n"
    "  accel-exporter --bus=session --listen 127.0.0.1:0\n"
    "                                              for yourself, on a free "
    "port, which it logs\n"
    "\n"
    "Exit status: 0 after SIGTERM or SIGINT, 1 on failure, 2 on a wrong "
    "command line.\n"
    "See also: accel-exporter(8), accelctl(1), acceld(8)";

}  // namespace

ParsedOptions ParseOptions(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  std::string good_for = "1s";
  CLI::App app{"accel-exporter tells Prometheus about acceld.",
               "accel-exporter"};
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("accel-exporter ") + kVersion);
  app.add_option("--bus", options.bus,
                 "\"system\", \"session\" or a D-Bus address")
      ->capture_default_str();
  app.add_option("--listen", options.listen,
                 "ADDRESS:PORT to serve /metrics on; several with commas "
                 "between them")
      ->capture_default_str();
  app.add_option("--good-for", good_for,
                 "acceld is asked at most once in this time; scrapes in "
                 "between get the answer from before (\"500ms\")")
      ->capture_default_str()
      ->check([&](const std::string& text) {
        const auto span = ParseNanoseconds(text);
        if (!span) return std::string("must be a time such as \"1s\"");
        options.good_for = std::chrono::nanoseconds(span->value());
        return std::string();
      });
  app.add_option("--password-file", options.password_file,
                 "file with a line USER:PASSWORD, that nobody else may read: "
                 "whoever scrapes must know it (HTTP basic authentication)");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_status = app.exit(error) == 0 ? 0 : kUsage;
  }
  return parsed;
}

}  // namespace acceld::exporter
