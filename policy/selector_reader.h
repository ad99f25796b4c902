// Reads selectors from a Document, strictly.
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/document_reader.h"
#include "policy/selector.h"

namespace acceld::policy {

// A comparison is one deep; all, any and not are one deeper than what is in
// them.
inline constexpr std::size_t kMaxSelectorDepth = 8;
// Comparisons below one selector: each costs time for every device.
inline constexpr std::size_t kMaxComparisons = 256;

// Reads one selector; complains by pointer and returns what it could.
[[nodiscard]] Selector ParseSelector(const Document& document,
                                     const std::string& pointer,
                                     Complaints& complaints);
// An array of selectors under `key` of `reader` (absent: none).
[[nodiscard]] std::vector<Selector> ParseSelectors(ObjectReader& reader,
                                                   std::string_view key);

}  // namespace acceld::policy
