#include <limits>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/clock.h"
#include "client/exit_code.h"
#include "client/policy/commands.h"
#include "client/policy/difference.h"
#include "client/policy/machine_options.h"
#include "client/policy/simulation.h"
#include "client/policy/workload.h"

namespace acceld::policy_tool {
namespace {

struct Options {
  topo::SourceOptions source;
  std::string before;
  std::string after;
  std::string workload;
  std::optional<std::int64_t> seed;
  bool all = false;
};

// As diff(1).
enum class Answer { kSame = 0, kDifferent = 1, kTrouble = 2 };

Result<int> Run(const Tool& tool, const Options& options) {
  ACCELD_TRY(const auto people, MakePeople(tool.people));
  ACCELD_TRY(const topo::Machine machine, tool.LoadMachine(options.source));
  ACCELD_TRY(const auto before, tool.LoadPolicy({options.before}, *people));
  ACCELD_TRY(const auto after, tool.LoadPolicy({options.after}, *people));
  ACCELD_TRY(const Workload workload,
             ReadWorkload(options.workload, *people, options.seed));
  const auto simulate = [&](const auto& policy, const char* name) {
    return Simulate(workload, {machine.topology, policy}, SteadyClock(),
                    [&](std::size_t done, std::size_t all) {
                      tool.ShowProgress(name, done, all);
                    });
  };
  ACCELD_TRY(const History one, simulate(before, "simulating A"));
  ACCELD_TRY(const History other, simulate(after, "simulating B"));
  const Difference difference = Compare(workload, one, other);
  if (tool.json) {
    ACCELD_TRY_VOID(
        tool.WriteJson(DifferenceDocument(difference, workload, one, other)));
  } else {
    constexpr std::size_t kRows = 40;
    ACCELD_TRY_VOID(tool.Write(DifferenceText(
        difference, workload, one, other,
        options.all ? std::numeric_limits<std::size_t>::max() : kRows,
        tool.look)));
  }
  return static_cast<int>(difference.changes.empty() ? Answer::kSame
                                                     : Answer::kDifferent);
}

}  // namespace

Runner DeclareDiff(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("A", options->before, "Directory or file of one policy")
      ->required();
  app.add_option("B", options->after, "Directory or file of another")
      ->required();
  app.add_option("--workload", options->workload,
                 "Who asks for what when (docs/policy-tools.md)")
      ->required()
      ->type_name("FILE");
  app.add_option("--seed", options->seed,
                 "Draw a generated workload by this number instead of its own")
      ->type_name("NUMBER");
  app.add_flag("--all", options->all, "List every request that differs");
  AddMachineOptions(app, options->source);
  app.footer(
      "Exit status: 0 the same, 1 different, 2 or more trouble.\n"
      "Example:\n"
      "  accelctl policy diff /etc/acceld/policy.d new.d --workload day.json "
      "\\\n    --host nvswitch-8gpu.json");
  return [options](const Tool& tool) -> Result<int> {
    auto answer = Run(tool, *options);
    if (answer) return answer;
    const int status = tool.Complain(answer.error());
    // 1 is an answer here.
    constexpr int kFailure = static_cast<int>(client::ExitCode::kFailure);
    return status == kFailure ? static_cast<int>(Answer::kTrouble) : status;
  };
}

}  // namespace acceld::policy_tool
