// UTF-8 checks for text that comes from outside.
#pragma once

#include <string>
#include <string_view>

namespace acceld {

// Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF).
[[nodiscard]] bool IsUtf8(std::string_view text);

// A copy that is safe on a terminal and in a log line: control characters
// (C0, DEL, C1), bytes that are no UTF-8, and characters that are not seen or
// turn the text around (bidirectional controls) become '?'; at most `limit`
// bytes.
[[nodiscard]] std::string Printable(std::string_view text,
                                    std::size_t limit = 256);

}  // namespace acceld
