// Reads the parts that the entries of a policy have in common: who, which
// devices, names and reasons. Each complains by pointer and returns what it
// could. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/document_reader.h"
#include "policy/document.h"

namespace acceld::policy {

// An empty list would read as "nobody" to one person and as "everybody" to
// the next; whoever means everybody leaves the key out.
void RefuseEmpty(ObjectReader& reader, std::string_view key);

// Whether the object has none of `keys`, and no key that nobody asked for and
// that may be one of them misspelt: then it is silent about something, whatever
// else is wrong with it. Refuses such keys, so call it last.
[[nodiscard]] bool IsSilent(ObjectReader& reader,
                            std::initializer_list<std::string_view> keys);

// Text for people, at most 1024 bytes, made printable; empty where absent.
[[nodiscard]] std::string ReadText(ObjectReader& reader, std::string_view key);

// A list of names of classes, subjects or namespaces.
[[nodiscard]] std::vector<Word> ReadNames(ObjectReader& reader,
                                          std::string_view key);
[[nodiscard]] bool IsName(std::string_view text);

[[nodiscard]] std::vector<Principal> ReadPrincipals(ObjectReader& reader,
                                                    std::string_view key);

// "users", "groups", "slices", "namespaces" and "subjects".
[[nodiscard]] SubjectTerms ReadSubjectTerms(ObjectReader& reader);
// Without "namespaces": who is in one.
[[nodiscard]] SubjectTerms ReadMemberTerms(ObjectReader& reader);
// "classes" and "devices".
[[nodiscard]] DeviceTerms ReadDeviceTerms(ObjectReader& reader);

// For each element of the array under `key`, calls `read(element, pointer)`.
// More than 4096 of them are refused: every question looks at each.
void ForEachElement(
    ObjectReader& reader, std::string_view key,
    const std::function<void(const Document&, const std::string&)>& read);
// For each member of the object under `key`, calls
// `read(name, value, pointer)`; complains of what is no name.
void ForEachMember(ObjectReader& reader, std::string_view key,
                   const std::function<void(const std::string&, const Document&,
                                            const std::string&)>& read);

// One of the words under `key`; nothing where it is absent or none of them.
template <typename T>
std::optional<T> ReadChoice(
    ObjectReader& reader, std::string_view key,
    const std::vector<std::pair<std::string_view, T>>& choices) {
  const auto text = reader.String(key);
  if (!text) return std::nullopt;
  std::string known;
  for (const auto& [word, value] : choices) {
    if (*text == word) return value;
    known.append(known.empty() ? "\"" : " or \"").append(word).append("\"");
  }
  reader.Complain(key, "must be " + known);
  return std::nullopt;
}

}  // namespace acceld::policy
