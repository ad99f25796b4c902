#include <string>
#include <vector>

#include "base/json.h"
#include "client/ctl/commands.h"

namespace acceld::ctl {

Status Describe(const Tool& tool, const std::vector<std::string>& kinds) {
  Document filter = Document::Object{};
  if (!kinds.empty()) {
    filter.Set("kinds", Document::Array(kinds.begin(), kinds.end()));
  }
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const std::string text, client.Describe(filter));
  // For people and programs alike it is JSON; only laid out.
  auto machine = ParseJson(text, {.bytes = std::size_t{256} << 20,
                                  .elements = std::size_t{1} << 24});
  if (!machine) {
    return Fail(ErrorCode::kCorruptInput,
                "acceld's description: " + machine.error().message);
  }
  PrintDocument(*machine);
  return {};
}

}  // namespace acceld::ctl
