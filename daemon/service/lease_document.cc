#include "daemon/service/lease_document.h"

#include <string>
#include <vector>

namespace acceld::daemon {

Document ToDocument(const Lease& lease, Nanoseconds age) {
  const auto list = [](const std::vector<std::string>& names) {
    Document array = Document::Array{};
    for (const std::string& name : names) array.Append(name);
    return array;
  };
  Document document;
  document.Set("lease", LeasePath(lease.id));
  document.Set("owner", std::int64_t{lease.owner});
  document.Set("state", StateName(lease));
  document.Set("pid", std::int64_t{lease.pid});
  document.Set("age_ns", age.value());
  document.Set("pipeline", list(lease.stages));
  document.Set("devices", list(lease.devices));
  if (!lease.label.empty()) document.Set("label", lease.label);
  return document;
}

}  // namespace acceld::daemon
