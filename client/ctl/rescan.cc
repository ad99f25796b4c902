#include <cstdint>
#include <string>

#include "client/ctl/commands.h"

namespace acceld::ctl {

Status Rescan(const Tool& tool) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const std::uint64_t generation, client.Rescan());
  if (tool.json) {
    PrintDocument(Document::Object{
        {"generation", static_cast<std::int64_t>(generation)}});
  } else {
    Print("probed again; snapshot " + std::to_string(generation) +
          " is in force\n");
  }
  return {};
}

}  // namespace acceld::ctl
