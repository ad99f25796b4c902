// Members of what the daemon told, where they are of the type that they should
// be. One that is not there is left out of the metrics, not made up: an older
// daemon tells less. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/document.h"

namespace acceld::exporter {

// An integer or a real.
[[nodiscard]] std::optional<double> NumberIn(const Document& object,
                                             std::string_view key);
// An integer that is not negative.
[[nodiscard]] std::optional<std::uint64_t> CountIn(const Document& object,
                                                   std::string_view key);

}  // namespace acceld::exporter
