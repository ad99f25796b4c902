// What a PCI class code means, in a word or two.
// Pure; no threading rule.
#pragma once

#include <string>
#include <string_view>

namespace acceld::graph {

// `code` as probes give it: six hexadecimal digits, base class first. A class
// that is not in the table reads "class 0a8000"; the classes that mean
// nothing (00, ff) are "".
// Source: PCI Code and ID Assignment Specification 1.16, chapter 1.
[[nodiscard]] std::string ClassName(std::string_view code);

}  // namespace acceld::graph
