// TextBlock: the words of a box, broken into lines.
// Pure functions; no threading rule.
#pragma once

#include <string_view>
#include <vector>

#include "graph/export/phrase.h"
#include "graph/export/picture.h"

namespace acceld::graph::exports {

// What stands between two phrases of a line.
inline constexpr std::string_view kPhraseGap = " \u00b7 ";

struct TextBlock {
  std::vector<TextLine> lines;  // relative to the block's upper left corner
  int width = 0;
  int height = 0;
};

// The title and below it the phrases, as many on a line as fit; what is wider
// than `width` pixels ends in an ellipsis.
[[nodiscard]] TextBlock SetText(const Wording& wording, int width);
// Each phrase on a line of its own.
[[nodiscard]] TextBlock StackText(const Wording& wording, int width);

// Pixels of a line.
[[nodiscard]] int WidthOf(const TextLine& line);

}  // namespace acceld::graph::exports
