#include "graph/export/font.h"

#include <array>
#include <cstddef>

namespace acceld::graph::exports {
namespace {

// Thousandths of an em, from ' ' to '~'.
using Widths = std::array<short, 95>;
constexpr Widths kBook{
    318, 401, 460, 838, 637,  951, 780, 275, 391, 391, 500, 838, 318, 361,
    318, 337, 637, 637, 637,  637, 637, 637, 637, 637, 637, 637, 337, 337,
    838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295,
    295, 656, 558, 863, 749,  788, 604, 788, 695, 635, 611, 732, 685, 989,
    686, 611, 686, 391, 337,  391, 838, 500, 500, 613, 635, 550, 635, 616,
    353, 635, 634, 278, 278,  580, 278, 975, 634, 612, 635, 635, 412, 521,
    393, 634, 592, 818, 592,  592, 525, 637, 337, 637, 838};
constexpr Widths kBold{
    349, 457, 521, 838, 696,  1002, 873, 307,  458, 458, 523, 838, 380, 416,
    380, 366, 696, 696, 696,  696,  696, 696,  696, 696, 696, 696, 400, 400,
    838, 838, 838, 581, 1000, 774,  763, 734,  831, 684, 684, 821, 837, 373,
    373, 775, 638, 996, 837,  851,  733, 851,  771, 721, 683, 813, 774, 1104,
    771, 725, 726, 458, 366,  458,  838, 500,  500, 675, 716, 593, 716, 679,
    436, 716, 712, 343, 343,  666,  343, 1042, 712, 688, 716, 716, 494, 596,
    479, 712, 652, 924, 646,  652,  583, 712,  366, 712, 838};
constexpr int kEm = 1000;
constexpr std::string_view kEllipsis = "\u2026";

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Thousandths of an em; nothing for the rest of a character.
int Advance(char c, bool bold) {
  if (IsContinuation(c)) return 0;
  if (c < ' ' || c > '~') return kEm;
  return (bold ? kBold : kBook)[static_cast<std::size_t>(c - ' ')];
}

int Round(int advance, int size) { return (advance * size + kEm - 1) / kEm; }

}  // namespace

int LineHeight(const Font& font) { return font.size * 4 / 3; }

int TextWidth(std::string_view utf8, const Font& font) {
  int advance = 0;
  for (const char c : utf8) advance += Advance(c, font.bold);
  return Round(advance, font.size);
}

std::string Shorten(std::string_view utf8, int width, const Font& font) {
  if (TextWidth(utf8, font) <= width) return std::string(utf8);
  int advance = kEm;  // of the ellipsis
  std::size_t end = 0;
  while (end < utf8.size()) {
    std::size_t next = end + 1;
    while (next < utf8.size() && IsContinuation(utf8[next])) ++next;
    advance += Advance(utf8[end], font.bold);
    if (Round(advance, font.size) > width) break;
    end = next;
  }
  return std::string(utf8.substr(0, end)).append(kEllipsis);
}

}  // namespace acceld::graph::exports
