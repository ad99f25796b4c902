// UUIDs as the vocabulary writes them: lower case, 8-4-4-4-12.
// Pure; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace acceld::probes {

// The UUID of 32 hexadecimal digits of either case, with or without dashes at
// their places ("%pU" and DFL's afu_id). Nothing where it is none.
[[nodiscard]] std::optional<std::string> ParseUuid(std::string_view text);

// Whether all digits of a UUID are 0, or all are f: what an empty FPGA answers.
[[nodiscard]] bool IsBlankUuid(std::string_view uuid);

}  // namespace acceld::probes
