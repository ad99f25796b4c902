// Reads "namespaces", nested ones included. Pure; thread-safe.
#pragma once

#include <vector>

#include "base/document_reader.h"
#include "policy/document.h"

namespace acceld::policy {

// A part of a part of a part ...; deeper ones are refused.
inline constexpr int kMaxNamespaceDepth = 8;

// Of the object that `reader` reads. Complains by pointer and returns what it
// could.
[[nodiscard]] std::vector<NamespaceDocument> ReadNamespaces(
    ObjectReader& reader);

}  // namespace acceld::policy
