// Where the worker program is installed.
#pragma once

#include <string>

#include "base/result.h"

namespace acceld::soft {

// "acceld-soft-worker" next to this process's own executable, in soft/ below it
// (a build tree), or in ../libexec/acceld. Errors: kNotFound, kIo.
[[nodiscard]] Result<std::string> FindWorkerProgram();

}  // namespace acceld::soft
