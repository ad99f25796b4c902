#include <string>

#include "client/ctl/commands.h"
#include "client/ctl/document_text.h"

namespace acceld::ctl {
namespace {

// "20-lab.json:12: warning: /rules/2: ...", as compilers put it.
std::string WarningLine(const Document& warning) {
  return TextOf(warning, "file") + ":" + TextOf(warning, "line") + ": " +
         TextOf(warning, "severity") + ": " + TextOf(warning, "pointer") +
         ": " + TextOf(warning, "message") + "\n";
}

std::string LeaseLine(const Document& lease) {
  const bool revoked = TextOf(lease, "revoked") == "yes";
  std::string line = revoked ? "revoked    " : "forbidden  ";
  line.append(TextOf(lease, "lease")).append(" of user ");
  line.append(TextOf(lease, "owner")).append(": ");
  line.append(TextOf(lease, "function")).append(" on ");
  line.append(TextOf(lease, "device")).append(", by ");
  line.append(TextOf(lease, "rule"));
  const std::string reason = TextOf(lease, "reason");
  if (!reason.empty()) line.append(": ").append(reason);
  return line + "\n";
}

}  // namespace

Status Reload(const Tool& tool) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const Document report, client.ReloadPolicy());
  if (tool.json) {
    PrintDocument(report);
    return {};
  }
  Print("in force: " + TextOf(report, "origin") + "\n");
  for (const Document& warning : ArrayOf(report, "warnings")) {
    Print(WarningLine(warning));
  }
  for (const Document& lease : ArrayOf(report, "forbidden")) {
    Print(LeaseLine(lease));
  }
  return {};
}

}  // namespace acceld::ctl
