// What stands in braces in the command of accelctl run: the words of a lease
// that a container engine's options need. A pure function.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace acceld::ctl {

// Placeholder ("lease", without braces) and what stands for it.
using Placeholders = std::vector<std::pair<std::string, std::string>>;

// `words` with each "{NAME}" replaced by its value, anywhere in a word. What
// stands in braces and is none of them stays as it is.
[[nodiscard]] std::vector<std::string> FillIn(
    const std::vector<std::string>& words, const Placeholders& placeholders);

}  // namespace acceld::ctl
