// What became of the devices that could have served, as tables: of a placement
// and of a refusal alike. Pure.
#pragma once

#include <string>

#include "base/document.h"

namespace acceld::ctl {

// How many devices each stage had, and each that was refused, with its reason;
// each table after an empty line. "" where nothing was refused.
[[nodiscard]] std::string CandidateTables(const Document& answer);

}  // namespace acceld::ctl
