// Diagnostics: what is wrong with the files of a policy, or only odd about
// them, each with its place. Plain values; no threading rule.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/document_reader.h"
#include "base/error.h"
#include "policy/source.h"

namespace acceld::policy {

enum class Severity {
  kError,    // the policy cannot be put in force
  kWarning,  // it says something that has no effect, or hardly what was meant
  kNote,     // one file overrides another
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;       // "20-lab.json"
  std::string pointer;    // into the file; "" is all of it
  std::int64_t line = 0;  // from 1; 0 where the file is no JSON text
  std::string message;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// "20-lab.json:12: /rules/2/effect: is required", as compilers put it; of
// other than errors "20-lab.json:12: warning: /rules/2: ...".
[[nodiscard]] std::string ToText(const Diagnostic& diagnostic);
// kInvalidArgument; one line each. Requires: not empty.
[[nodiscard]] Error ToError(const std::vector<Diagnostic>& diagnostics);

// Complaints whose pointers begin with the printable name of a source and '#'
// ("20-lab.json#/rules/2"), with their lines, in the order of the sources and
// then of the lines. What the list left out is counted in a last one.
[[nodiscard]] std::vector<Diagnostic> Locate(
    const Complaints& complaints, Severity severity,
    const std::vector<PolicySource>& sources);

}  // namespace acceld::policy
