#include "client/ctl/commands.h"
#include "client/ctl/document_text.h"
#include "client/ctl/text_table.h"

namespace acceld::ctl {

Status Leases(const Tool& tool, bool all) {
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const Document leases,
             all ? client.ListAllLeases() : client.ListLeases());
  if (tool.json) {
    PrintDocument(leases);
    return {};
  }
  TextTable table({{"LEASE"},
                   {"UID", TextTable::Align::kRight},
                   {"PID", TextTable::Align::kRight},
                   {"STATE"},
                   {"AGE", TextTable::Align::kRight},
                   {"PIPELINE"},
                   {"DEVICES"}});
  for (const Document& lease : *leases.AsArray()) {
    table.Add({TextOf(lease, "lease"), TextOf(lease, "owner"),
               TextOf(lease, "pid"), TextOf(lease, "state"),
               TextOf(lease, "age"), TextOf(lease, "pipeline"),
               TextOf(lease, "devices")});
  }
  Print(table.empty() ? "no leases\n" : table.ToText());
  return {};
}

}  // namespace acceld::ctl
