// What the main() of every command-line program does around its commands: a
// parse that ends early, a fault that is told, and the last resort.
// Single-threaded.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "base/result.h"

namespace acceld::client {

// What to do instead of a command: --help, --version, or a mistake.
struct EarlyEnd {
  int exit_status = 0;
  std::string text;  // for standard output where the status is 0
};

// Writes the text where it belongs; returns the exit status, which is
// ExitCode::kFailure where it could not be written.
[[nodiscard]] int Tell(const EarlyEnd& end);

// Runs what was parsed: a CommandLine has a `tool` and a `run` that takes it.
template <typename CommandLine>
[[nodiscard]] int RunParsed(const std::variant<CommandLine, EarlyEnd>& parsed) {
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) return Tell(*end);
  const auto& line = std::get<CommandLine>(parsed);
  const Result<int> status = line.run(line.tool);
  return status ? *status : line.tool.Complain(status.error());
}

// The exit status of `body`; of one that throws (std::bad_alloc, or a bug of a
// library) ExitCode::kFailure, told on standard error.
[[nodiscard]] int RunProgram(const char* name,
                             const std::function<int()>& body);

}  // namespace acceld::client
