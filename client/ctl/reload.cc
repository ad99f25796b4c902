#include "client/ctl/commands.h"
#include "client/ctl/document_text.h"

namespace acceld::ctl {

Status Reload(const Tool& tool) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY_VOID(client.ReloadPolicy());
  ACCELD_TRY(Document policy, client.Property("PolicyState"));
  const Document state = Document::Object{{"policy", std::move(policy)}};
  if (tool.json) {
    PrintDocument(state);
  } else {
    Print("in force: " + TextOf(state, "policy") + "\n");
  }
  return {};
}

}  // namespace acceld::ctl
