#include "client/topo/diff.h"

#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "client/exit_code.h"
#include "client/topo/commands/commands.h"
#include "client/topo/tool.h"

namespace acceld::topo {
namespace {

struct Options {
  std::string before;
  std::string after;
  graph::DiffOptions diff;
};

// "live": what the options of the program say; FILE.json: a machine document;
// anything else: a recorded machine.
SourceOptions SourceOf(const std::string& name, const SourceOptions& live) {
  SourceOptions source;
  if (name == "live") return live;
  (name.ends_with(".json") ? source.host : source.sysroot) = name;
  return source;
}

// As diff(1).
enum class Answer { kSame = 0, kDifferent = 1, kTrouble = 2 };

Result<int> Compare(const Tool& tool, const Options& options) {
  ACCELD_TRY(const Machine before,
             tool.Load(SourceOf(options.before, tool.source)));
  ACCELD_TRY(const Machine after,
             tool.Load(SourceOf(options.after, tool.source)));
  const graph::Diff diff =
      graph::DiffOf(*before.topology, *after.topology, options.diff);
  if (tool.json) {
    ACCELD_TRY_VOID(tool.WriteJson(DiffDocument(before, after, diff)));
  } else {
    ACCELD_TRY_VOID(tool.Write(DiffText(before, after, diff, tool.look)));
  }
  return static_cast<int>(diff.empty() ? Answer::kSame : Answer::kDifferent);
}

}  // namespace

Runner DeclareDiff(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("A", options->before, "FILE.json, a recorded machine, or live")
      ->required();
  app.add_option("B", options->after, "FILE.json, a recorded machine, or live")
      ->required();
  app.add_flag("--ignore-volatile", options->diff.ignore_volatile,
               "Leave out what changes with use: counts, power, link speed");
  app.add_flag("--sources", options->diff.provenance,
               "Also values that only come from elsewhere now");
  app.footer(
      "Exit status: 0 the same, 1 different, 2 or more trouble.\n"
      "Examples:\n"
      "  accel-topo --json > before.json; ...; accel-topo diff before.json "
      "live\n"
      "  accel-topo diff --ignore-volatile node1/ node2/");
  return [options](const Tool& tool) -> Result<int> {
    if (!tool.source.host.empty() || !tool.source.sysroot.empty()) {
      return tool.ComplainOfUsage(
          "diff takes its machines as A and B, not with --host or --sysroot");
    }
    auto answer = Compare(tool, *options);
    if (answer) return answer;
    const int status = tool.Complain(answer.error());
    // 1 is an answer here.
    constexpr int kFailure = static_cast<int>(client::ExitCode::kFailure);
    return status == kFailure ? static_cast<int>(Answer::kTrouble) : status;
  };
}

}  // namespace acceld::topo
