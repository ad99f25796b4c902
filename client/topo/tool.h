// Tool: what every command of accel-topo shares: where the machine comes from,
// how text is to look, and where output goes.
// One object, made by the command line; single-threaded.
#pragma once

#include <cstdio>
#include <string_view>

#include "base/document.h"
#include "base/error.h"
#include "base/result.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

struct Tool {
  SourceOptions source;
  bool json = false;  // documents instead of text
  Look look;
  std::FILE* out = stdout;
  std::FILE* messages = stderr;

  // The machine that the options name. Errors: as LoadMachine.
  [[nodiscard]] Result<Machine> Load() const;
  // The same for another source (`diff` looks at two). Errors: as LoadMachine.
  [[nodiscard]] Result<Machine> Load(const SourceOptions& other) const;

  // Writes to `out` and flushes. Errors: kIo.
  [[nodiscard]] Status Write(std::string_view text) const;
  // As pretty JSON and a line end. Errors: kIo.
  [[nodiscard]] Status WriteJson(const Document& document) const;

  // Tells people something that is not the result: one line on `messages`,
  // made safe for the terminal.
  void Note(std::string_view text) const;
  // Tells a fault, each line of its message by itself. Returns the exit status
  // for it.
  [[nodiscard]] int Complain(const Error& error) const;
  // Tells that options do not go together. Returns the exit status of a wrong
  // command line.
  [[nodiscard]] int ComplainOfUsage(std::string_view text) const;
};

}  // namespace acceld::topo
