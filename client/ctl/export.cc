#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/units.h"
#include "client/ctl/commands.h"
#include "client/input_file.h"
#include "client/output_file.h"
#include "integrations/slurm/gres_conf.h"

namespace acceld::ctl {
namespace {

// A machine of thousands of devices.
constexpr JsonLimits kMachineLimits{.bytes = std::size_t{256} << 20,
                                    .elements = std::size_t{1} << 24};

Result<std::string> MachineText(const Tool& tool, const std::string& from) {
  if (from.empty()) {
    ACCELD_TRY(client::Client client, tool.Connect());
    return client.Describe(Document::Object{});
  }
  return client::ReadInput(
      from, Bytes(static_cast<std::int64_t>(kMachineLimits.bytes)));
}

}  // namespace

Status ExportGresConf(const Tool& tool, const ExportOptions& options) {
  ACCELD_TRY(const std::string text, MachineText(tool, options.from));
  auto machine = ParseJson(text, kMachineLimits);
  if (!machine) {
    const bool is_input = options.from == "-";
    return Fail(std::move(machine.error())
                    .In(is_input ? "standard input" : options.from));
  }
  ACCELD_TRY(const std::string conf, slurm::GresConf(*machine, options.hosts));
  if (options.output.empty() || options.output == "-") {
    Print(conf);
    return {};
  }
  return client::WriteFile(options.output, conf, /*force=*/true);
}

}  // namespace acceld::ctl
