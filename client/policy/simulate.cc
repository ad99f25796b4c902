#include <cerrno>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "client/policy/commands.h"
#include "client/policy/machine_options.h"
#include "client/policy/picture.h"
#include "client/policy/report.h"
#include "client/policy/report_text.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {
namespace {

struct Options {
  topo::SourceOptions source;
  std::vector<std::string> policy;
  std::string workload;
  std::optional<std::int64_t> seed;
  std::string picture;
  bool decisions = false;
};

Status WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return {};
  return FailErrno("cannot write " + path, errno == 0 ? EIO : errno);
}

Result<int> Run(const Tool& tool, const Options& options) {
  ACCELD_TRY(const auto people, MakePeople(tool.people));
  ACCELD_TRY(const topo::Machine machine, tool.LoadMachine(options.source));
  ACCELD_TRY(const auto policy, tool.LoadPolicy(options.policy, *people));
  ACCELD_TRY(const Workload workload,
             ReadWorkload(options.workload, *people, options.seed));
  ACCELD_TRY(const History history,
             Simulate(workload, {machine.topology, policy}, SteadyClock(),
                      [&](std::size_t done, std::size_t all) {
                        tool.ShowProgress("simulating", done, all);
                      }));
  const Report report = MakeReport(workload, history);
  if (!options.picture.empty()) {
    ACCELD_TRY_VOID(WriteFile(
        options.picture,
        PictureText(workload, history,
                    options.workload + " under " + policy->origin())));
  }
  if (tool.json) {
    ACCELD_TRY_VOID(tool.WriteJson(
        ToDocument(report, workload, history, options.decisions)));
    return 0;
  }
  ACCELD_TRY_VOID(tool.Write(ReportText(report, tool.look)));
  if (tool.look.width > 0) {  // a terminal
    ACCELD_TRY_VOID(tool.Write(ChartText(workload, history, tool.look)));
  }
  return 0;
}

}  // namespace

Runner DeclareSimulate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--workload", options->workload,
                 "Who asks for what when (docs/policy-tools.md)")
      ->required()
      ->type_name("FILE");
  app.add_option("--seed", options->seed,
                 "Draw a generated workload by this number instead of its own")
      ->type_name("NUMBER");
  app.add_option("--picture", options->picture,
                 "Write a picture over time: an SVG file")
      ->type_name("FILE");
  app.add_flag("--decisions", options->decisions,
               "With --json: what became of each request");
  AddMachineOptions(app, options->source);
  AddPolicyOption(app, options->policy);
  app.footer(
      "Example:\n"
      "  accelctl policy simulate --no-users --host nvswitch-8gpu.json \\\n"
      "    --policy policy.d/ --workload day.json --picture day.svg");
  return [options](const Tool& tool) { return Run(tool, *options); };
}

}  // namespace acceld::policy_tool
