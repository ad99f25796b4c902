// The lines of a JSON text on which values stand, by their pointers: for
// people, who are told of a mistake by its pointer and look for it in a file.
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acceld {

// For each of `pointers` ("/rules/0/effect", as PointerTo() makes them) the
// line, from 1, where its value begins (a member: where its key stands); of a
// value that is not there, the line of the nearest one around it.
// Requires: `text` is one that ParseJson() accepts.
[[nodiscard]] std::vector<std::int64_t> FindLines(
    std::string_view text, const std::vector<std::string>& pointers);

}  // namespace acceld
