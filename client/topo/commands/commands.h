// The commands of accel-topo, one file each, and the one list of them. A
// command declares its options on its own CLI::App and returns what is to run
// once they are parsed. docs/man/accel-topo.1 is the manual.
//
// A new command: its file here, its Declare function and its line in
// commands.cc, its section in the manual and in docs/accel-topo.md, and its
// options in configs/completion/accel-topo.bash.
#pragma once

#include <functional>
#include <span>

#include "base/result.h"
#include "client/topo/tool.h"

namespace CLI {
class App;
}

namespace acceld::topo {

// Runs the command and returns its exit status (client/exit_code.h). A fault
// is told by the caller (Tool::Complain). Owns the options that it reads.
using Runner = std::function<Result<int>(const Tool&)>;

// Declares options, arguments and examples. Throws only from within CLI11's
// parsing (CLI::ParseError), which the command line catches.
using Declare = Runner (*)(CLI::App& app);

struct Command {
  const char* name;
  const char* help;  // one line
  Declare declare;
};

// In the order of --help. The first is what runs where none is named; its
// options stand on the program too.
[[nodiscard]] std::span<const Command> AllCommands();

// Each in the file of its name.
[[nodiscard]] Runner DeclareDevices(CLI::App& app);
[[nodiscard]] Runner DeclareDiff(CLI::App& app);
[[nodiscard]] Runner DeclareDistance(CLI::App& app);
[[nodiscard]] Runner DeclareExport(CLI::App& app);
[[nodiscard]] Runner DeclareFunctions(CLI::App& app);
[[nodiscard]] Runner DeclareGather(CLI::App& app);
[[nodiscard]] Runner DeclareMatrix(CLI::App& app);
[[nodiscard]] Runner DeclareMemory(CLI::App& app);
[[nodiscard]] Runner DeclareNames(CLI::App& app);
[[nodiscard]] Runner DeclarePath(CLI::App& app);
[[nodiscard]] Runner DeclareShow(CLI::App& app);
[[nodiscard]] Runner DeclareWatch(CLI::App& app);
[[nodiscard]] Runner DeclareWhy(CLI::App& app);

}  // namespace acceld::topo
