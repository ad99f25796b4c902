// A file that is being written under a name that engines do not read, before it
// takes its own. Locked (flock) as long as its writer has it open, so that what
// a writer left that died in the midst is told from what another one is about
// to finish. By the directory's descriptor. Thread-safe for different names.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::cdi {

// A new, empty file, mode 0600: what nobody writes any more is replaced.
// Errors: kBusy (somebody else writes it now), kPermissionDenied, kNoMemory,
// kIo.
[[nodiscard]] Result<UniqueFd> CreateDraft(int directory,
                                           const std::string& name);

// Removes it unless somebody writes it now. That it is not there is no error.
// Errors: kPermissionDenied, kIo.
[[nodiscard]] Status RemoveAbandonedDraft(int directory,
                                          const std::string& name);

}  // namespace acceld::cdi
