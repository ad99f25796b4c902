#include "client/ctl/placeholders.h"

#include <cstddef>

namespace acceld::ctl {
namespace {

// In one pass, so that no value is looked at again.
std::string FillIn(const std::string& word, const Placeholders& placeholders) {
  std::string filled;
  for (std::size_t at = 0; at < word.size();) {
    bool found = false;
    for (const auto& [name, value] : placeholders) {
      const std::string braced = "{" + name + "}";
      if (word.compare(at, braced.size(), braced) != 0) continue;
      filled.append(value);
      at += braced.size();
      found = true;
      break;
    }
    if (!found) filled.push_back(word[at++]);
  }
  return filled;
}

}  // namespace

std::vector<std::string> FillIn(const std::vector<std::string>& words,
                                const Placeholders& placeholders) {
  std::vector<std::string> filled;
  filled.reserve(words.size());
  for (const std::string& word : words) {
    filled.push_back(FillIn(word, placeholders));
  }
  return filled;
}

}  // namespace acceld::ctl
