// "Did you mean ...?": the nearest known name to a mistyped one. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace acceld {

// The name of `known` with the smallest edit distance (insert, delete,
// replace, swap of neighbours) to `text`; the first of equals. Nothing where
// even the nearest differs in more than a third of its characters, or where
// `text` is longer than 64 bytes.
[[nodiscard]] std::optional<std::string_view> NearestName(
    std::string_view text, std::span<const std::string_view> known);

}  // namespace acceld
