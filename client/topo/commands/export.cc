#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "client/exit_code.h"
#include "client/output_file.h"
#include "client/topo/commands/commands.h"
#include "client/topo/export_file.h"
#include "client/topo/tool.h"

namespace acceld::topo {
namespace {

Result<int> Export(const Tool& tool, ExportOptions options) {
  if (tool.json && options.format.empty()) options.format = "json";
  ACCELD_TRY(const graph::exports::Format format, FormatOf(options));
  ACCELD_TRY(const Machine machine, tool.Load());
  const std::string text = graph::exports::ExportText(
      *machine.topology, format,
      {.name = options.name.empty() ? NameOf(tool.source) : options.name,
       .picture = {.fold = options.collapse}});
  const Status written =
      options.path == "-"
          ? tool.Write(text)
          : client::WriteFile(options.path, text, options.force);
  if (!written) return Fail(written.error());
  return static_cast<int>(client::ExitCode::kSuccess);
}

}  // namespace

Runner DeclareExport(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  const auto no_collapse = std::make_shared<bool>(false);
  app.add_option("FILE", options->path,
                 "Where to; its ending says the format; -: standard output")
      ->required();
  app.add_option("--format", options->format,
                 graph::exports::FormatNames() + " (default: FILE's ending)")
      ->type_name("FORMAT");
  app.add_option("--name", options->name, "What to call the machine")
      ->type_name("NAME");
  app.add_flag("--no-collapse", *no_collapse, "Every sibling in its own box");
  app.add_flag("-f,--force", options->force, "Replace FILE");
  app.footer(
      "Examples:\n"
      "  accel-topo export machine.html    look around in a browser\n"
      "  accel-topo export machine.svg     a picture for a page or a ticket\n"
      "  accel-topo export - --format dot | dot -Tpdf > machine.pdf");
  return [options, no_collapse](const Tool& tool) {
    options->collapse = !*no_collapse;
    return Export(tool, *options);
  };
}

}  // namespace acceld::topo
