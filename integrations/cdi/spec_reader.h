// A spec as PrintSpec() wrote it, read back: to show it, and to look again at
// the devices that it names. A pure function.
#pragma once

#include <string_view>

#include "base/result.h"
#include "integrations/cdi/spec.h"

namespace acceld::cdi {

// Strict, as engines are: what this program does not write is a mistake.
// Errors: kInvalidArgument (no JSON; a key, type or value that is none, with
// its JSON pointer; a version lower than the content needs).
[[nodiscard]] Result<Spec> ParseSpec(std::string_view text);

}  // namespace acceld::cdi
