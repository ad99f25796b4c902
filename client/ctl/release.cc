#include <string>

#include "api/names.h"
#include "client/ctl/commands.h"

namespace acceld::ctl {

Status Release(const Tool& tool, std::string lease) {
  if (lease.find('/') == std::string::npos) {
    lease.insert(0, api::kLeasePathPrefix);
  }
  ACCELD_TRY(client::Client client, tool.Connect());
  auto released = client.Release(lease);
  if (!released) return Fail(std::move(released.error()).In(lease));
  if (tool.json) {
    PrintDocument(Document::Object{{"released", lease}});
  } else {
    Print("released " + lease + "\n");
  }
  return {};
}

}  // namespace acceld::ctl
