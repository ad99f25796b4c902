// The usual shape of a command: load one machine, print one text or document.
#pragma once

#include <functional>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "client/topo/commands/commands.h"
#include "client/topo/look.h"
#include "client/topo/machine.h"

namespace acceld::topo {

using TextOfMachine =
    std::function<Result<std::string>(const Machine& machine, const Look&)>;
using DocumentOfMachine = std::function<Result<Document>(const Machine&)>;

// Loads the tool's machine and writes its text, or with --json its document.
// Errors of the runner: those of loading, of `text` and `document`, and kIo.
[[nodiscard]] Runner OnMachine(TextOfMachine text, DocumentOfMachine document);

}  // namespace acceld::topo
