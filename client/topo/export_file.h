// `accel-topo export FILE`: a machine in a format that the name of the file
// says, for people to look at and for other programs to read.
// Single-threaded.
#pragma once

#include <string>

#include "base/result.h"
#include "client/topo/machine.h"
#include "graph/export/formats.h"

namespace acceld::topo {

struct ExportOptions {
  std::string path;    // "-": standard output
  std::string format;  // empty: what the path ends in
  std::string name;    // of the machine, for headings; empty: see NameOf
  bool collapse = true;
  bool force = false;  // replace a file
};

// Errors: kInvalidArgument (no such format, or none is named; the message lists
// the formats).
[[nodiscard]] Result<graph::exports::Format> FormatOf(
    const ExportOptions& options);

// What a machine from `source` is called where nobody says: the last part of
// the recorded tree's or the document's path, else the name of this host.
[[nodiscard]] std::string NameOf(const SourceOptions& source);

}  // namespace acceld::topo
