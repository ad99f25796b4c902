#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "client/topo/outline.h"

namespace acceld::topo {
namespace {

// Two of a kind are read faster side by side than as "2 x".
constexpr std::size_t kLeastToFold = 3;

bool SameWords(const std::vector<Token>& a, const std::vector<Token>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool identities = !a[i].identity.empty() && !b[i].identity.empty();
    const bool same =
        identities
            ? a[i].folded_label == b[i].folded_label && a[i].role == b[i].role
            : a[i].text == b[i].text && a[i].identity == b[i].identity;
    if (!same) return false;
  }
  return true;
}

// Whether the two differ in names and identities only.
bool Alike(const Item& a, const Item& b) {
  if (a.kind != b.kind || a.children.size() != b.children.size() ||
      !SameWords(a.tokens, b.tokens)) {
    return false;
  }
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!Alike(a.children[i], b.children[i])) return false;
  }
  return true;
}

const std::string& LastKey(const Item& item) {
  return item.last_key.empty() ? item.key : item.last_key;
}

// "group 12" and "group 18" -> "groups 12…18"; equal ones stay as they are.
void MergeTokens(std::vector<Token>& first, const std::vector<Token>& last,
                 const Look& look) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    Token& token = first[i];
    if (token.identity.empty() || token.identity == last[i].identity) continue;
    token.text = token.folded_label;
    token.text.append(token.identity).append(look.ellipsis());
    token.text.append(last[i].identity);
  }
}

// Makes `first` stand for everything up to `last`, all the way down.
void Merge(Item& first, const Item& last, const Look& look) {
  first.last_key = LastKey(last);
  MergeTokens(first.tokens, last.tokens, look);
  for (std::size_t i = 0; i < first.children.size(); ++i) {
    Merge(first.children[i], last.children[i], look);
  }
}

}  // namespace

void Fold(std::vector<Item>& siblings, const Look& look) {
  std::vector<Item> folded;
  for (std::size_t start = 0; start < siblings.size();) {
    std::size_t end = start + 1;
    while (end < siblings.size() && Alike(siblings[start], siblings[end])) {
      ++end;
    }
    if (end - start >= kLeastToFold) {
      Item item = std::move(siblings[start]);
      Merge(item, siblings[end - 1], look);
      item.count = end - start;
      folded.push_back(std::move(item));
    } else {
      std::move(siblings.begin() + static_cast<std::ptrdiff_t>(start),
                siblings.begin() + static_cast<std::ptrdiff_t>(end),
                std::back_inserter(folded));
    }
    start = end;
  }
  siblings = std::move(folded);
  for (Item& item : siblings) Fold(item.children, look);
}

}  // namespace acceld::topo
