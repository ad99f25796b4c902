// acceld-dra-plugin: acceld's devices for Kubernetes' dynamic resource
// allocation. See docs/kubernetes-dra.md.
#include <signal.h>

#include "base/log.h"
#include "client/program.h"
#include "client/signals.h"
#include "integrations/kubernetes/dra/options.h"
#include "integrations/kubernetes/dra/plugin.h"

namespace acceld::dra {
namespace {

int Main(int argc, const char* const* argv) {
  const ParsedOptions parsed = ParseOptions(argc, argv);
  if (parsed.exit_status) return *parsed.exit_status;
  // libcurl, told to leave signals alone, writes to what a server has closed.
  (void)::signal(SIGPIPE, SIG_IGN);
  // Before any thread is started.
  const auto signals = client::Signals::Gather({SIGTERM, SIGINT});
  const Status done =
      signals ? RunPlugin(parsed.options, *signals) : Fail(signals.error());
  if (done) return 0;
  Log(LogLevel::kError, "failed", {{"error", done.error().message}});
  return 1;
}

}  // namespace
}  // namespace acceld::dra

int main(int argc, char** argv) {
  return acceld::client::RunProgram(
      "acceld-dra-plugin", [&] { return acceld::dra::Main(argc, argv); });
}
