#include "bench/placement/options.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "bench/placement/answer.h"

namespace acceld::bench {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  placement_bench fan4.pqap nug12.dat\n"
    "  placement_bench --host configs/hosts/nvswitch-8gpu.json \\\n"
    "      --pipeline configs/pipelines/four-stage.json --json\n"
    "  placement_bench --limit 60 --against 'gecode=gecode_pqap -b afc' \\\n"
    "      --against 'gecode=gecode_pqap -b flow' *.pqap\n"
    "  placement_bench --mean-of fan4,pod --against ./solver *.pqap\n"
    "  placement_bench --against 'toulbar2=to_wcsp {} >t.wcsp &&\n"
    "      toulbar2 t.wcsp -timer={limit}' fan4.pqap\n";

constexpr const char* kAgainst =
    "Other solvers (--against):\n"
    "A command is run by sh with the file as its last argument, or in place "
    "of {};\n{limit} is replaced by the limit in seconds. Commands of one NAME "
    "are one\nsolver set up in several ways, whose best answer counts.\n";

constexpr const char* kExit =
    "Exit status: 0: all was measured; 1: something could not be read;\n"
    "2: the command line is wrong; 3: two solvers contradict each other.\n";

void Declare(CLI::App& app, Options& options, std::vector<std::string>& against,
             bool& depth_first, double& limit) {
  app.add_option("FILE", options.files,
                 "Instances: pqap (bench/placement/instance.h) or QAPLIB");
  auto* host = app.add_option("--host", options.hosts,
                              "A described machine, with every pipeline")
                   ->type_name("FILE")
                   ->allow_extra_args(false);
  app.add_option("--pipeline", options.pipelines,
                 "A pipeline, on every described machine")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->needs(host);
  app.add_option("--against", against, "Another solver, see below")
      ->type_name("[NAME=]COMMAND")
      ->allow_extra_args(false);
  app.add_option("--mean-of", options.means,
                 "Also the geometric mean over the problems whose names hold "
                 "one of these words")
      ->type_name("WORD,WORD..")
      ->allow_extra_args(false);
  app.add_flag("--depth-first", depth_first,
               "Also a depth-first search with no bound but the cost so far");
  app.add_option("--limit", limit, "Seconds for each solver and problem")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 86400.0));
  app.add_option("--repeat", options.effort.repeat,
                 "Runs whose median counts, fewer where they take over a "
                 "second")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  app.add_option("--threads", options.effort.threads,
                 "Threads for each instance whose search is long; pipelines "
                 "are solved by one, as in the daemon")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_flag("--json", options.json, "Print JSON (times in seconds)");
}

EarlyEnd Mistake(const std::string& message) {
  return {2,
          "placement_bench: " + message + "\nTry `placement_bench --help`.\n"};
}

}  // namespace

std::variant<Options, EarlyEnd> ParseOptions(int argc,
                                             const char* const* argv) {
  Options options;
  std::vector<std::string> against;
  bool depth_first = false;
  double limit = options.effort.limit.count();
  CLI::App app(
      "The solver on described machines and on instances of the literature: "
      "cost,\nproof, nodes of the search and median time, set-up included, "
      "beside other\nsolvers on the same files.");
  app.footer(std::string(kExamples) + "\n" + kAgainst + kAnswerRule + "\n" +
             kExit);
  Declare(app, options, against, depth_first, limit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return EarlyEnd{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return Mistake(error.what());
  }
  options.effort.limit = Seconds(limit);
  if (depth_first) options.rivals.push_back({"depth first", {}});
  for (const std::string& text : against) {
    const Status status = AddRival(text, options.rivals);
    if (!status) return Mistake("--against: " + status.error().message);
  }
  if (options.files.empty() && options.pipelines.empty()) {
    return Mistake("there is nothing to measure");
  }
  if (!options.hosts.empty() && options.pipelines.empty()) {
    return Mistake("--host needs --pipeline");
  }
  return options;
}

}  // namespace acceld::bench
