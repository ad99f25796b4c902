// The command line of accel-topo, parsed. CLI11 stays in the .cc file.
// Value types; single-threaded.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/topology_terms.h"
#include "client/topo/machine.h"
#include "client/topo/show.h"

namespace acceld::topo {

enum class Command {
  kShow,
  kDistance,
  kMatrix,
  kDevices,
  kFunctions,
  kMemory,
  kWhy,
  kNames,
};

struct CommandLine {
  Command command = Command::kShow;
  SourceOptions source;
  ShowOptions show;
  bool json = false;
  std::optional<int> width;  // --width; 0: never wrap
  std::optional<bool> unicode;
  std::optional<bool> colour;
  std::string from;  // distance
  std::string to;
  std::string name;               // why
  std::vector<VertexKind> kinds;  // matrix
};

// What to do instead of a command: --help, --version, or a mistake.
struct EarlyEnd {
  int exit_status = 0;
  std::string text;  // for standard output where the status is 0
};

[[nodiscard]] std::variant<CommandLine, EarlyEnd> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace acceld::topo
