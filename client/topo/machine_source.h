// Where the machine that is looked at comes from: the running daemon, this
// machine's own files, a recorded tree, or a machine document.
// Single-threaded; call before any thread starts (hwloc's root is a variable
// of the process).
#pragma once

#include <string>

#include "base/result.h"
#include "client/topo/machine.h"
#include "probes/settings.h"

namespace acceld::topo {

// Without options, asks the daemon; where none answers, probes this machine
// and puts one line about it into `*notice`. Errors: kNotFound,
// kInvalidArgument (a document or a recorded machine that is none), kIo,
// kPermissionDenied, and what the daemon says.
[[nodiscard]] Result<Machine> LoadMachine(const SourceOptions& options,
                                          std::string* notice);

// What the options tell the probes. Errors: those of probes::ReadVfioOffers;
// kInvalidArgument where nothing is probed.
[[nodiscard]] Result<probes::Settings> ReadSettings(
    const SourceOptions& options);

// The machine that acceld serves on `options.bus`, as of now. Errors:
// kUnavailable, kPermissionDenied, and what the daemon says.
[[nodiscard]] Result<Machine> LoadServedMachine(const SourceOptions& options);

}  // namespace acceld::topo
