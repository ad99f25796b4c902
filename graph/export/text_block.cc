#include "graph/export/text_block.h"

#include <algorithm>
#include <string>

namespace acceld::graph::exports {
namespace {

class Setter {
 public:
  explicit Setter(int width) : width_(width) {}

  void NewLine(const Font& font) {
    block_.height += LineHeight(font);
    // A fifth of the em reaches below the baseline.
    const int baseline =
        block_.height - (LineHeight(font) - font.size) / 2 - font.size / 5;
    block_.lines.push_back({{0, baseline}, font, {}});
  }
  void Append(const Phrase& phrase) {
    TextLine& line = block_.lines.back();
    line.phrases.push_back(phrase);
    std::string& text = line.phrases.back().text;
    text = Shorten(text, width_, line.font);
    block_.width = std::max(block_.width, WidthOf(line));
  }
  [[nodiscard]] bool Fits(const Phrase& phrase) const {
    TextLine line = block_.lines.back();
    line.phrases.push_back(phrase);
    return WidthOf(line) <= width_;
  }
  TextBlock Take() { return std::move(block_); }

 private:
  int width_;
  TextBlock block_;
};

TextBlock Set(const Wording& wording, int width, bool is_stack) {
  Setter setter(width);
  if (!wording.title.empty()) {
    setter.NewLine(kTitleFont);
    setter.Append({wording.title});
  }
  bool is_open = false;
  for (const Phrase& phrase : wording.phrases) {
    if (is_stack || !is_open || !setter.Fits(phrase)) {
      setter.NewLine(kTextFont);
    }
    setter.Append(phrase);
    is_open = true;
  }
  return setter.Take();
}

}  // namespace

TextBlock SetText(const Wording& wording, int width) {
  return Set(wording, width, false);
}

TextBlock StackText(const Wording& wording, int width) {
  return Set(wording, width, true);
}

int WidthOf(const TextLine& line) {
  std::string text;
  for (const Phrase& phrase : line.phrases) {
    if (!text.empty()) text.append(kPhraseGap);
    text.append(phrase.text);
  }
  return TextWidth(text, line.font);
}

}  // namespace acceld::graph::exports
