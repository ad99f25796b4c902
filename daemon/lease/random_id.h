// Names that cannot be guessed.
#pragma once

#include <string>

#include "base/result.h"

namespace acceld::daemon {

// 128 random bits, hexadecimal. Errors: kIo (no randomness).
[[nodiscard]] Result<std::string> MakeRandomId();

}  // namespace acceld::daemon
