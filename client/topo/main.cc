// accel-topo: look at a machine as acceld sees it. See docs/accel-topo.md.
#include <cstdio>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "client/exit_code.h"
#include "client/topo/command_line.h"
#include "client/topo/devices.h"
#include "client/topo/distance.h"
#include "client/topo/machine_source.h"
#include "client/topo/matrix.h"
#include "client/topo/memory.h"
#include "client/topo/name_lookup.h"
#include "client/topo/show.h"
#include "client/topo/why.h"
#include "graph/machine_document.h"

namespace acceld::topo {
namespace {

Result<Document> DocumentOf(const CommandLine& line, const Machine& machine) {
  switch (line.command) {
    case Command::kShow:
      return graph::MachineDocument(*machine.topology);
    case Command::kDistance:
      return DistanceDocument(machine, line.from, line.to);
    case Command::kMatrix:
      return MatrixDocument(machine, line.kinds);
    case Command::kDevices:
      return DevicesDocument(machine);
    case Command::kFunctions:
      return FunctionsDocument(machine);
    case Command::kMemory:
      return MemoryDocument(machine);
    case Command::kWhy:
      return WhyDocument(machine, line.name);
    case Command::kNames:
      return NamesDocument(*machine.topology);
  }
  return Fail(ErrorCode::kInternal, "unknown command");
}

Result<std::string> TextOf(const CommandLine& line, const Machine& machine,
                           const Look& look) {
  switch (line.command) {
    case Command::kShow:
      return ShowText(machine, line.show, look);
    case Command::kDistance:
      return DistanceText(machine, line.from, line.to, look);
    case Command::kMatrix:
      return MatrixText(machine, line.kinds, look);
    case Command::kDevices:
      return DevicesText(machine, look);
    case Command::kFunctions:
      return FunctionsText(machine, look);
    case Command::kMemory:
      return MemoryText(machine, look);
    case Command::kWhy:
      return WhyText(machine, line.name, look);
    case Command::kNames:
      return NamesText(*machine.topology);
  }
  return Fail(ErrorCode::kInternal, "unknown command");
}

Look LookOf(const CommandLine& line) {
  Look look = LookFor(ReadSurroundings());
  if (line.width) look.width = *line.width;
  if (line.unicode) look.unicode = *line.unicode;
  if (line.colour) look.colour = *line.colour;
  return look;
}

Result<std::string> Output(const CommandLine& line) {
  std::string notice;
  auto machine = LoadMachine(line.source, &notice);
  if (!notice.empty()) {
    std::fprintf(stderr, "accel-topo: %s\n", Printable(notice).c_str());
  }
  if (!machine) return Fail(std::move(machine.error()));
  if (!line.json) return TextOf(line, *machine, LookOf(line));
  ACCELD_TRY(const Document document, DocumentOf(line, *machine));
  return PrintJson(document, JsonStyle::kPretty) + "\n";
}

int Print(const std::string& text, std::FILE* stream) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
      std::fflush(stream) == 0;
  return static_cast<int>(written ? client::ExitCode::kSuccess
                                  : client::ExitCode::kFailure);
}

// Every line of a message is made safe for the terminal by itself.
void PrintError(const Error& error) {
  std::string_view rest = error.message;
  std::string text = "accel-topo: ";
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    text.append(Printable(rest.substr(0, end), 1024)).append("\n");
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  Print(text, stderr);
}

int Main(int argc, const char* const* argv) {
  const auto parsed = ParseCommandLine(argc, argv);
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) {
    Print(end->text, end->exit_status == 0 ? stdout : stderr);
    return end->exit_status;
  }
  const auto output = Output(std::get<CommandLine>(parsed));
  if (!output) {
    PrintError(output.error());
    return static_cast<int>(client::ExitCodeOf(output.error().code));
  }
  return Print(*output, stdout);
}

}  // namespace
}  // namespace acceld::topo

int main(int argc, char** argv) { return acceld::topo::Main(argc, argv); }
