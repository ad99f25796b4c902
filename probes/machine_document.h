// Machine documents: a machine as one JSON object, format "acceld-machine",
// version 1 (docs/machine-document.md). Described hosts are written so by
// hand, and graph/machine_document.h exports every topology so. This is the
// reader: a described machine enters the flow where the probes do.
// Pure; no threading rule.
#pragma once

#include <string>
#include <string_view>

#include "base/document.h"
#include "base/json.h"
#include "base/result.h"
#include "probes/fact.h"

namespace acceld::probes {

// A machine may be larger than other documents: an export of 4,000 vertices
// with the provenance of every attribute takes some 10 MB.
inline constexpr JsonLimits kMachineLimits{
    .bytes = std::size_t{64} << 20,
    .depth = 8,
    .elements = std::size_t{4} << 20,
    .string_bytes = 65536,
};

// Strict: unknown keys and kinds, malformed quantities, an entity, link or
// relation stated twice, and links or relations with things that the document
// does not state are mistakes. Values without provenance are assumed, with
// the source "described by NAME".
// Errors: kInvalidArgument; one line per mistake, "POINTER: MESSAGE".
[[nodiscard]] Result<FactSet> ParseMachine(const Document& document);

// The same from JSON text, within kMachineLimits.
[[nodiscard]] Result<FactSet> ParseMachineText(std::string_view text);

// The same from a file that somebody names on a command line; links are
// followed. Errors: also kNotFound, kPermissionDenied, kIo. The file is named.
[[nodiscard]] Result<FactSet> ReadMachineFile(const std::string& file);

}  // namespace acceld::probes
