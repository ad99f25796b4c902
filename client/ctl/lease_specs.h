// The specs of leases in a directory: written, replaced and removed so that the
// directory holds those of a list of leases. One writer a directory; one
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/error.h"
#include "base/result.h"
#include "integrations/cdi/spec_directory.h"

namespace acceld::ctl {

// How the files of acceld's specs begin.
inline constexpr std::string_view kSpecPrefix = "acceld.org-";

// Whether `name` is the file of a lease's spec, "acceld.org-lease_ID.json". The
// Kubernetes plugins keep specs of classes of their own beside it.
[[nodiscard]] bool IsLeaseSpec(std::string_view name);
// Whether `name` is that of a spec for ever, "acceld.org-CLASS.json".
[[nodiscard]] bool IsClassSpec(std::string_view name);

struct SyncedSpecs {
  std::vector<std::string> written;  // names of files, also of unchanged ones
  std::vector<std::string> removed;
  // "lease ID: why": those that have no spec, for a device is not what it was
  // or the file could not be written.
  std::vector<std::string> left_out;
  // Of the first that could not be written, which may pass (a full disk).
  std::optional<Error> fault;
};

// `leases` as of ListLeases(); those without a socket of their own have no
// spec. First it removes, so that nothing stale stays where a write fails; one
// that fails keeps no other from its spec. `root` as for cdi::FindDeviceNode().
// Errors: those of SpecDirectory::Names() and Remove().
[[nodiscard]] Result<SyncedSpecs> SyncLeaseSpecs(
    const Document& leases, const cdi::SpecDirectory& directory,
    const std::string& root);

// Removes the spec files whose names `is_wanted` says are to go; their names.
using NameTest = bool (*)(std::string_view name);
[[nodiscard]] Result<std::vector<std::string>> RemoveSpecs(
    const cdi::SpecDirectory& directory, NameTest is_wanted);

}  // namespace acceld::ctl
