#include "client/grants_document.h"

#include <utility>

namespace acceld::client {

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

}  // namespace acceld::client
