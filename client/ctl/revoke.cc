#include <string>

#include "api/names.h"
#include "client/ctl/commands.h"

namespace acceld::ctl {

Status Revoke(const Tool& tool, std::string lease, const std::string& reason) {
  if (lease.find('/') == std::string::npos) {
    lease.insert(0, api::kLeasePathPrefix);
  }
  ACCELD_TRY(client::Client client, tool.Connect());
  auto revoked = client.RevokeLease(lease, reason);
  if (!revoked) return Fail(std::move(revoked.error()).In(lease));
  if (tool.json) {
    PrintDocument(Document::Object{{"revoked", lease}});
  } else {
    Print("revoked " + lease + "\n");
  }
  return {};
}

}  // namespace acceld::ctl
