// Globs: '*' stands for any run of bytes (the empty one and '/' included),
// '?' for exactly one UTF-8 character, everything else for itself. No classes
// and no escapes: a pattern means what it looks like. Pure; no threading rule.
#pragma once

#include <string_view>

namespace acceld {

// Whether all of `text` matches `pattern`.
// Complexity: at most |pattern| x |text| steps, whatever the pattern, and no
// recursion; linear for patterns with one '*'.
[[nodiscard]] bool MatchesGlob(std::string_view pattern, std::string_view text);

}  // namespace acceld
