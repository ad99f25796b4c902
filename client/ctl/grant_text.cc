#include "client/ctl/grant_text.h"

#include "base/units.h"
#include "client/ctl/text_table.h"
#include "client/grants_document.h"

namespace acceld::ctl {

std::string GrantsTable(std::span<const api::Grant> grants) {
  TextTable table({{"GRANT"},
                   {"KIND"},
                   {"FUNCTION"},
                   {"DEVICE"},
                   {"SIZE", TextTable::Align::kRight},
                   {"FD", TextTable::Align::kRight}});
  for (const api::Grant& grant : grants) {
    table.Add({client::NameOf(grant), grant.kind, grant.function, grant.device,
               grant.kind == "buffer" ? ToString(Bytes(grant.size)) : "",
               std::to_string(grant.fd.get())});
  }
  return table.ToText();
}

}  // namespace acceld::ctl
