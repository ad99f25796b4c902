#include "policy/diagnostic.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/json.h"
#include "base/json_lines.h"
#include "base/utf8.h"

namespace acceld::policy {
namespace {

// The complaints about one file.
std::vector<Diagnostic> OfFile(const std::vector<Complaint>& complaints,
                               Severity severity, const PolicySource& source) {
  const std::string file = Printable(source.name);
  const std::string root = file + "#";
  std::vector<Diagnostic> found;
  std::vector<std::string> pointers;
  for (const Complaint& complaint : complaints) {
    if (!complaint.pointer.starts_with(root)) continue;
    std::string pointer = complaint.pointer.substr(root.size());
    if (!pointer.empty() && pointer.front() != '/') continue;  // of "a.json#b"
    pointers.push_back(pointer);
    found.push_back({severity, file, std::move(pointer), 0, complaint.message});
  }
  if (found.empty() || !ParseJson(source.text)) return found;
  const std::vector<std::int64_t> lines = FindLines(source.text, pointers);
  for (std::size_t i = 0; i < found.size(); ++i) found[i].line = lines[i];
  std::stable_sort(
      found.begin(), found.end(),
      [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return found;
}

}  // namespace

std::string ToText(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) {
    text.append(":").append(std::to_string(diagnostic.line));
  }
  if (!text.empty()) text.append(": ");
  if (diagnostic.severity == Severity::kWarning) text.append("warning: ");
  if (diagnostic.severity == Severity::kNote) text.append("note: ");
  if (!diagnostic.pointer.empty()) text.append(diagnostic.pointer + ": ");
  return text.append(diagnostic.message);
}

Error ToError(const std::vector<Diagnostic>& diagnostics) {
  ACCELD_CHECK(!diagnostics.empty());
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text.push_back('\n');
    text.append(ToText(diagnostic));
  }
  return Error{ErrorCode::kInvalidArgument, std::move(text), 0};
}

std::vector<Diagnostic> Locate(const Complaints& complaints, Severity severity,
                               const std::vector<PolicySource>& sources) {
  std::vector<Diagnostic> all;
  std::vector<std::string> seen;
  for (const PolicySource& source : sources) {
    if (std::find(seen.begin(), seen.end(), source.name) != seen.end()) {
      continue;  // two of one name: their complaints look alike
    }
    seen.push_back(source.name);
    for (Diagnostic& one : OfFile(complaints.all(), severity, source)) {
      all.push_back(std::move(one));
    }
  }
  if (complaints.left_out() > 0) {
    all.push_back(
        {severity, "", "", 0,
         "... and " + std::to_string(complaints.left_out()) + " more"});
  }
  return all;
}

}  // namespace acceld::policy
