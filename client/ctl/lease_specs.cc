#include "client/ctl/lease_specs.h"

#include <map>
#include <utility>

#include "integrations/cdi/lease_spec.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec.h"

namespace acceld::ctl {
namespace {

Result<std::string> TextOf(const Document& lease, const std::string& root) {
  ACCELD_TRY(const cdi::Spec spec, cdi::SpecOfLease(lease, root));
  return cdi::PrintSpec(spec);
}

// What the directory is to hold: name of the file -> text.
std::map<std::string, std::string> Wanted(const Document& leases,
                                          const std::string& root,
                                          SyncedSpecs& synced) {
  std::map<std::string, std::string> wanted;
  const auto* list = leases.AsArray();
  if (list == nullptr) return wanted;
  for (const Document& lease : *list) {
    if (lease.Find("socket") == nullptr) continue;
    const auto id = cdi::LeaseIdOf(lease);
    auto text = id ? TextOf(lease, root) : Result<std::string>();
    if (!id || !text) {
      synced.left_out.push_back(id ? "lease " + *id + ": " +
                                         text.error().message
                                   : id.error().message);
      continue;
    }
    wanted.emplace(cdi::FileNameOf(cdi::kVendor, cdi::kLeaseClass, *id),
                   *std::move(text));
  }
  return wanted;
}

}  // namespace

Result<SyncedSpecs> SyncLeaseSpecs(const Document& leases,
                                   const cdi::SpecDirectory& directory,
                                   const std::string& root) {
  SyncedSpecs synced;
  const auto wanted = Wanted(leases, root, synced);
  ACCELD_TRY(const auto names, directory.Names(kLeaseSpecPrefix));
  for (const std::string& name : names) {
    if (wanted.contains(name)) continue;
    ACCELD_TRY_VOID(directory.Remove(name));
    synced.removed.push_back(name);
  }
  for (const auto& [name, text] : wanted) {
    ACCELD_TRY_VOID(directory.Write(name, text));
    synced.written.push_back(name);
  }
  return synced;
}

Result<std::vector<std::string>> RemoveSpecs(
    const cdi::SpecDirectory& directory, std::string_view prefix) {
  ACCELD_TRY_VOID(directory.RemoveLeftovers(prefix));
  ACCELD_TRY(auto names, directory.Names(prefix));
  for (const std::string& name : names) {
    ACCELD_TRY_VOID(directory.Remove(name));
  }
  return names;
}

}  // namespace acceld::ctl
