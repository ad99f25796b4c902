// accel-exporter: tells Prometheus what its user may see of acceld.
#include <poll.h>
#include <signal.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "client/program.h"
#include "client/signals.h"
#include "integrations/exporter/collector.h"
#include "integrations/exporter/daemon_link.h"
#include "integrations/exporter/endpoint.h"
#include "integrations/exporter/options.h"
#include "integrations/exporter/password.h"

namespace acceld::exporter {
namespace {

Status WaitFor(const client::Signals& signals) {
  pollfd polled{signals.fd(), POLLIN, 0};
  while (::poll(&polled, 1, -1) < 0) {
    if (errno != EINTR) return FailErrno("wait for a signal", errno);
  }
  return {};
}

Status Serve(const Options& options) {
  // A scraper that goes away must not kill the exporter.
  (void)::signal(SIGPIPE, SIG_IGN);
  // Before there are threads, which inherit the mask.
  ACCELD_TRY(const auto signals, client::Signals::Gather({SIGTERM, SIGINT}));
  std::optional<Password> password;
  if (!options.password_file.empty()) {
    ACCELD_TRY(password, Password::Read(options.password_file));
  }
  const SteadyClock clock;
  DaemonLink link(options.bus);
  auto collector = std::make_shared<Collector>([&link] { return link.Ask(); },
                                               clock, options.good_for);
  ACCELD_TRY(const auto endpoint,
             Endpoint::Open(options.listen, std::move(collector),
                            std::move(password)));
  for (const int port : endpoint->ports()) {
    Log(LogLevel::kInfo, "listening",
        {{"address", options.listen}, {"port", port}});
  }
  (void)sd_notify(0, "READY=1");
  const Status waited = WaitFor(signals);
  (void)sd_notify(0, "STOPPING=1");
  return waited;
}

int Main(int argc, char** argv) {
  const ParsedOptions parsed = ParseOptions(argc, argv);
  if (parsed.exit_status) return *parsed.exit_status;
  const Status served = Serve(parsed.options);
  if (served) return 0;
  Log(LogLevel::kError, "failed",
      {{"code", ErrorCodeName(served.error().code)},
       {"what", served.error().message}});
  return 1;
}

}  // namespace
}  // namespace acceld::exporter

int main(int argc, char** argv) {
  return acceld::client::RunProgram(
      "accel-exporter", [&] { return acceld::exporter::Main(argc, argv); });
}
