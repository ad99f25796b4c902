// The font that pictures are laid out with: how wide a text is. Readers may
// have another one, so the widths are those of the widest that
// assets/picture.css names (DejaVu Sans); every other of them is narrower, and
// text that fits here fits there.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>

namespace acceld::graph::exports {

struct Font {
  int size = 10;  // em, in pixels of the picture
  bool bold = false;
};
inline constexpr Font kTitleFont{12, true};
inline constexpr Font kTextFont{10, false};
inline constexpr Font kSmallFont{9, false};

// From one baseline to the next, in pixels.
[[nodiscard]] int LineHeight(const Font& font);

// Pixels, rounded up. Source: the advance widths of DejaVu Sans 2.37 (hmtx);
// characters beyond ASCII are taken to be one em wide, which holds for those
// that we print and for CJK.
[[nodiscard]] int TextWidth(std::string_view utf8, const Font& font);

// The text, or as much of its beginning as fits with an ellipsis.
[[nodiscard]] std::string Shorten(std::string_view utf8, int width,
                                  const Font& font);

}  // namespace acceld::graph::exports
