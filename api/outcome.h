// How a plan ended, as the member "outcome" of Plan's answer says it, and the
// error that Acquire would have had: one table.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"

namespace acceld::api {

inline constexpr std::string_view kPlaced = "placed";

// "unsatisfiable", "busy" or "timeout". Requires: a code that stands for a
// refusal (kUnsatisfiable, kBusy, kDeadline).
[[nodiscard]] std::string_view OutcomeOf(ErrorCode code);

// The code behind a refusal's word; nothing for kPlaced and any other word.
[[nodiscard]] std::optional<ErrorCode> RefusalCodeOf(std::string_view outcome);

}  // namespace acceld::api
