// Sizes: words such as "pod:32x8" of the generator's command line. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sys_root.h"

namespace acceld::bench {

struct SizedWord {
  std::string word;                // "pod"
  std::vector<std::size_t> sizes;  // 32, 8; each from 1 to 16,383
};

// Nothing where `text` is not a word, a colon and numbers with x between.
[[nodiscard]] inline std::optional<SizedWord> ParseSizedWord(
    std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  SizedWord sized{std::string(text.substr(0, colon)), {}};
  std::string_view rest = text.substr(colon + 1);
  for (bool more = true; more;) {
    const std::size_t end = rest.find('x');
    const auto number = ParseInteger(rest.substr(0, end));
    if (!number || *number < 1 || *number > 16383) return std::nullopt;
    sized.sizes.push_back(static_cast<std::size_t>(*number));
    more = end != std::string_view::npos;
    if (more) rest.remove_prefix(end + 1);
  }
  return sized;
}

}  // namespace acceld::bench
