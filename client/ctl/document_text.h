// Reads members of the daemon's documents leniently, for display: what is
// missing or of another type is shown as nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/document.h"

namespace acceld::ctl {

// The member as text: strings as they are, numbers and booleans in words,
// arrays of strings joined with ", ". "" where there is none.
[[nodiscard]] std::string TextOf(const Document& object, std::string_view key);

// The member as an array; empty where it is none.
[[nodiscard]] const Document::Array& ArrayOf(const Document& object,
                                             std::string_view key);

// "12,345,678".
[[nodiscard]] std::string Grouped(std::int64_t number);

// "1 device", "2 devices".
[[nodiscard]] std::string Count(std::size_t number, std::string_view noun);

}  // namespace acceld::ctl
