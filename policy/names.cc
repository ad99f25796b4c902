#include "policy/names.h"

#include <string_view>

#include "base/suggestion.h"

namespace acceld::policy {

bool Names::Add(const std::string& name, const std::string& pointer,
                std::size_t index) {
  const auto [entry, is_new] =
      entries_.try_emplace(name, Entry{pointer, index, false});
  if (!is_new) {
    complaints_.Add(pointer, "two describe the " + kind_ + " '" + name +
                                 "': this and " + entry->second.pointer);
  }
  return is_new;
}

std::optional<std::size_t> Names::Use(const Word& word) {
  const auto found = entries_.find(word.text);
  if (found != entries_.end()) {
    found->second.is_used = true;
    return found->second.index;
  }
  std::vector<std::string_view> known;
  for (const auto& [name, entry] : entries_) known.push_back(name);
  const auto nearest = NearestName(word.text, known);
  complaints_.Add(
      word.pointer,
      "no " + kind_ + " is called '" + word.text + "'" +
          (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
  return std::nullopt;
}

std::vector<Word> Names::Unused() const {
  std::vector<Word> unused;
  for (const auto& [name, entry] : entries_) {
    if (!entry.is_used) unused.push_back({name, entry.pointer});
  }
  return unused;
}

}  // namespace acceld::policy
