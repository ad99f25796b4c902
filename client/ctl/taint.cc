#include <string>

#include "client/ctl/commands.h"

namespace acceld::ctl {

Status Taint(const Tool& tool, const TaintOptions& options) {
  Document wanted =
      Document::Object{{"reason", options.reason}, {"effect", options.effect}};
  if (!options.lasts.empty()) wanted.Set("for", options.lasts);
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY_VOID(client.Taint(options.device, wanted));
  if (tool.json) {
    PrintDocument(Document::Object{{"tainted", options.device},
                                   {"effect", options.effect}});
  } else {
    Print(options.effect == "avoid" ? "avoided where another device serves: "
                                    : "out of use for new leases: ");
    Print(options.device + "\n");
  }
  return {};
}

Status Untaint(const Tool& tool, const std::string& device) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY_VOID(client.Untaint(device));
  if (tool.json) {
    PrintDocument(Document::Object{{"untainted", device}});
  } else {
    Print("in use again: " + device + "\n");
  }
  return {};
}

}  // namespace acceld::ctl
