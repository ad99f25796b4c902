#include "client/ctl/grant_text.h"

#include <utility>

#include "base/units.h"
#include "client/ctl/text_table.h"

namespace acceld::ctl {

std::string NameOf(const api::Grant& grant) {
  if (grant.kind == "buffer") return "buffer." + std::to_string(grant.link);
  std::string name = grant.stage;
  if (grant.replica != 0) name += "." + std::to_string(grant.replica);
  if (!grant.role.empty()) name += "." + grant.role;
  return name;
}

Document GrantsDocument(std::span<const api::Grant> grants,
                        const std::vector<int>& fds) {
  Document::Array list;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    const api::Grant& grant = grants[i];
    Document::Object one{
        {"name", NameOf(grant)},    {"stage", grant.stage},
        {"replica", grant.replica}, {"kind", grant.kind},
        {"device", grant.device},   {"function", grant.function}};
    if (grant.kind == "buffer") {
      one.emplace_back("link", grant.link);
      one.emplace_back("size", grant.size);
    }
    if (!grant.role.empty()) one.emplace_back("role", grant.role);
    if (!grant.details.is_null()) one.emplace_back("details", grant.details);
    one.emplace_back("fd", i < fds.size() ? fds[i] : grant.fd.get());
    list.push_back(std::move(one));
  }
  return list;
}

std::string GrantsTable(std::span<const api::Grant> grants) {
  TextTable table({{"GRANT"},
                   {"KIND"},
                   {"FUNCTION"},
                   {"DEVICE"},
                   {"SIZE", TextTable::Align::kRight},
                   {"FD", TextTable::Align::kRight}});
  for (const api::Grant& grant : grants) {
    table.Add({NameOf(grant), grant.kind, grant.function, grant.device,
               grant.kind == "buffer" ? ToString(Bytes(grant.size)) : "",
               std::to_string(grant.fd.get())});
  }
  return table.ToText();
}

}  // namespace acceld::ctl
