// Markup: outside text made safe for XML and HTML.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>

namespace acceld::graph::exports {

// Appends `text` as character data or as the value of a quoted attribute.
// Control characters other than line feeds, and bytes that are no UTF-8, become
// '?': XML 1.0 can hold none of them (section 2.2).
void AppendEscaped(std::string_view text, std::string& out);
[[nodiscard]] std::string Escaped(std::string_view text);

// A JSON text that may stand inside of <script>: "<" as its escape, so that no
// tag and no comment can start.
[[nodiscard]] std::string EscapedForScript(std::string_view json);

}  // namespace acceld::graph::exports
