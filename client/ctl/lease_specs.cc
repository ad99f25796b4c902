#include "client/ctl/lease_specs.h"

#include <map>
#include <utility>

#include "integrations/cdi/lease_spec.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec.h"

namespace acceld::ctl {
namespace {

constexpr std::string_view kLeaseSpecPrefix = "acceld.org-lease_";

Result<std::string> TextOf(const Document& lease, const std::string& root) {
  ACCELD_TRY(const cdi::Spec spec, cdi::SpecOfLease(lease, root));
  return cdi::PrintSpec(spec);
}

// What stands between `before` and ".json"; "" where `name` is another.
std::string_view Middle(std::string_view name, std::string_view before) {
  constexpr std::string_view kSuffix = ".json";
  if (!name.starts_with(before) || !name.ends_with(kSuffix) ||
      name.size() < before.size() + kSuffix.size()) {
    return {};
  }
  name.remove_prefix(before.size());
  name.remove_suffix(kSuffix.size());
  return name;
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

bool IsLeaseSpec(std::string_view name) {
  return !Middle(name, kLeaseSpecPrefix).empty();
}

bool IsClassSpec(std::string_view name) {
  // What comes and goes has an id in its name, behind '_'.
  const std::string_view of_class = Middle(name, kSpecPrefix);
  return !of_class.empty() && of_class.find('_') == std::string_view::npos;
}

Result<SyncedSpecs> SyncLeaseSpecs(const Document& leases,
                                   const cdi::SpecDirectory& directory,
                                   const std::string& root) {
  SyncedSpecs synced;
  const auto wanted = Wanted(leases, root, synced);
  ACCELD_TRY(const auto names, directory.Names(kLeaseSpecPrefix));
  for (const std::string& name : names) {
    if (wanted.contains(name) || !IsLeaseSpec(name)) continue;
    ACCELD_TRY_VOID(directory.Remove(name));
    synced.removed.push_back(name);
  }
  for (const auto& [name, text] : wanted) {
    if (const Status written = directory.Write(name, text); !written) {
      // The former one may be of a device that is another's now.
      ACCELD_TRY_VOID(directory.Remove(name));
      synced.left_out.push_back(written.error().message);
      if (!synced.fault) synced.fault = written.error();
      continue;
    }
    synced.written.push_back(name);
  }
  return synced;
}

Result<std::vector<std::string>> RemoveSpecs(
    const cdi::SpecDirectory& directory, NameTest is_wanted) {
  ACCELD_TRY(auto names, directory.Names(kSpecPrefix));
  std::erase_if(names,
                [&](const std::string& name) { return !is_wanted(name); });
  for (const std::string& name : names) {
    ACCELD_TRY_VOID(directory.Remove(name));
  }
  return names;
}

}  // namespace acceld::ctl
