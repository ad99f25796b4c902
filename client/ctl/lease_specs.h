// The specs of leases in a directory: written, replaced and removed so that the
// directory holds those of a list of leases. One writer a directory; one
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "integrations/cdi/spec_directory.h"

namespace acceld::ctl {

// How the files of acceld's specs, and of those of leases, begin.
inline constexpr std::string_view kSpecPrefix = "acceld.org-";
inline constexpr std::string_view kLeaseSpecPrefix = "acceld.org-lease_";

struct SyncedSpecs {
  std::vector<std::string> written;  // names of files, also of unchanged ones
  std::vector<std::string> removed;
  // "lease ID: why": those that have no spec, for a device is not what it was.
  std::vector<std::string> left_out;
};

// `leases` as of ListLeases(); those without a socket of their own have no
// spec. First it removes, so that nothing stale stays where a write fails.
// `root` as for cdi::FindDeviceNode(). Errors: those of SpecDirectory.
[[nodiscard]] Result<SyncedSpecs> SyncLeaseSpecs(
    const Document& leases, const cdi::SpecDirectory& directory,
    const std::string& root);

// Removes every spec file that begins with `prefix`; their names.
[[nodiscard]] Result<std::vector<std::string>> RemoveSpecs(
    const cdi::SpecDirectory& directory, std::string_view prefix);

}  // namespace acceld::ctl
