// The text form of attributes in machine documents (docs/machine-document.md):
//
//   "memory": "16GiB"                                        plain
//   "memory": {"value": "16GiB", "evidence": "firmware",     full
//              "source": "/sys/...", "type": "bytes"}
//
// A value's type follows from the attribute's name where the name is that of a
// quantity ("memory", "capacity", "bandwidth", "latency", "speed", "width" and
// names that end in one of the last four), else from its JSON type; "type"
// overrides both.
// Pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/attribute.h"
#include "base/document.h"
#include "base/document_reader.h"

namespace acceld::probes {

// The full form; "type" only where it does not follow.
[[nodiscard]] Document AttributeToDocument(const Attribute& attribute);

// Reads either form. What a plain value, or a full one that is silent, comes
// from is `described`. Complains by pointer and returns nothing where the
// value cannot be read.
[[nodiscard]] std::optional<Attribute> ParseAttribute(
    std::string_view name, const Document& document, const std::string& pointer,
    const Provenance& described, Complaints& complaints);

}  // namespace acceld::probes
