#include <string>
#include <string_view>
#include <vector>

#include "client/topo/outline.h"

namespace acceld::topo {
namespace {

struct Lines {
  std::string_view branch;
  std::string_view last_branch;
  std::string_view trunk;
};

constexpr Lines kUnicode{"├─ ", "└─ ", "│  "};
constexpr Lines kAscii{"|- ", "`- ", "|  "};
constexpr std::string_view kGap = "   ";

std::string TitleOf(const Item& item, const Look& look) {
  std::string title;
  if (item.count > 1) title = std::to_string(item.count) + " x ";
  title.append(item.key);
  if (!item.last_key.empty() && item.last_key != item.key) {
    title.append(" ").append(look.ellipsis()).append(" ");
    title.append(item.last_key);
  }
  return title;
}

void Append(const std::vector<Item>& siblings, const Look& look,
            const std::string& indent, std::string& out) {
  const Lines& lines = look.unicode ? kUnicode : kAscii;
  for (const Item& item : siblings) {
    const bool last = &item == &siblings.back();
    std::string below = indent;
    below.append(last ? kGap : lines.trunk);
    std::string rest = below;
    rest.append(item.children.empty() ? kGap : lines.trunk).append("  ");
    std::vector<Token> words = {
        {.text = TitleOf(item, look), .role = Role::kKey}};
    words.insert(words.end(), item.tokens.begin(), item.tokens.end());
    std::string first = indent;
    first.append(last ? lines.last_branch : lines.branch);
    AppendWrapped(look, first, rest, words, out);
    Append(item.children, look, below, out);
  }
}

}  // namespace

void AppendTree(const std::vector<Item>& siblings, const Look& look,
                std::string& out) {
  Append(siblings, look, std::string(), out);
}

}  // namespace acceld::topo
