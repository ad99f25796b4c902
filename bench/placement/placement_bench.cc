// placement_bench: the solver on described machines and on instances of the
// literature, beside other solvers.
//
//   bazel run //bench/placement:placement_bench -- --help
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "base/json.h"
#include "bench/placement/depth_first.h"
#include "bench/placement/options.h"
#include "bench/placement/repeated.h"
#include "bench/placement/report.h"
#include "bench/placement/task.h"

namespace acceld::bench {
namespace {

void Print(std::FILE* stream, const std::string& text) {
  (void)std::fputs(text.c_str(), stream);
  (void)std::fflush(stream);
}

// Those that can be read; what is wrong with the others is printed.
std::vector<std::unique_ptr<Task>> OpenAll(const Options& options,
                                           bool& is_sound) {
  std::vector<std::unique_ptr<Task>> tasks;
  const auto add = [&](Result<std::unique_ptr<Task>> task) {
    if (task) {
      tasks.push_back(*std::move(task));
      return;
    }
    Print(stderr, "placement_bench: " + task.error().message + "\n");
    is_sound = false;
  };
  for (const std::string& host : options.hosts) {
    for (const std::string& pipeline : options.pipelines) {
      add(OpenPipeline(host, pipeline));
    }
  }
  for (const std::string& file : options.files) add(OpenInstance(file));
  return tasks;
}

Measured AskRival(const Task& task, const Rival& rival, const Effort& effort) {
  if (task.instance() == nullptr) {
    Measured none;
    none.trouble = "reads files only";
    return none;
  }
  if (!rival.commands.empty()) return Ask(rival, task.file(), effort);
  return Repeated(
      effort, [&] { return SearchDepthFirst(*task.instance(), effort.limit); });
}

Row MeasureAll(const Task& task, const Options& options) {
  Row row{task.name(), task.devices(), task.free(), {}, {}};
  row.ours =
      Repeated(options.effort, [&] { return task.Solve(options.effort); });
  for (const Rival& rival : options.rivals) {
    row.theirs.push_back(AskRival(task, rival, options.effort));
  }
  return row;
}

int Main(int argc, const char* const* argv) {
  const auto parsed = ParseOptions(argc, argv);
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) {
    Print(end->exit_status == 0 ? stdout : stderr, end->text);
    return end->exit_status;
  }
  const auto& options = std::get<Options>(parsed);
  bool is_sound = true;
  const auto tasks = OpenAll(options, is_sound);
  std::vector<Row> rows;
  std::size_t width = 0;
  for (const auto& task : tasks) width = std::max(width, task->name().size());
  if (!options.json) Print(stdout, TableHead(options.rivals, width));
  for (const auto& task : tasks) {
    rows.push_back(MeasureAll(*task, options));
    if (!options.json) Print(stdout, TableRow(rows.back(), width));
  }
  if (options.json) {
    const Document all = ToDocument(options.rivals, rows);
    Print(stdout, PrintJson(all, JsonStyle::kPretty) + "\n");
  } else {
    Print(stdout, TableFoot(options.rivals, rows, ""));
    for (const std::string& words : options.means) {
      Print(stdout, TableFoot(options.rivals, rows, words));
    }
  }
  if (HasContradiction(rows)) return 3;
  return is_sound ? 0 : 1;
}

}  // namespace
}  // namespace acceld::bench

int main(int argc, char** argv) {
  try {
    return acceld::bench::Main(argc, argv);
  } catch (const std::exception& error) {  // the last resort
    (void)std::fprintf(stderr, "placement_bench: %s\n", error.what());
    return 1;
  }
}
