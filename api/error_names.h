// ErrorCode <-> D-Bus error name: one table.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace acceld::api {

// "org.acceld1.Error.InvalidRequest" and so on.
[[nodiscard]] std::string ErrorNameOf(ErrorCode code);

// The code behind a name; kUnavailable for the bus's own "no such service" and
// "no reply" names, kInternal for any other.
[[nodiscard]] ErrorCode CodeOfErrorName(std::string_view name);

}  // namespace acceld::api
