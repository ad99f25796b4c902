#include "policy/terms_reader.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/utf8.h"
#include "policy/selector_reader.h"

namespace acceld::policy {
namespace {

constexpr std::size_t kMaxTextBytes = 1024;
constexpr std::size_t kMaxNameBytes = 64;  // as of requests
constexpr std::size_t kMaxSliceBytes = 1024;
constexpr std::size_t kMaxEntries = 4096;
// uid_t and gid_t are 32 bits wide; the highest number means "no change" to
// the kernel and is nobody's.
constexpr std::int64_t kMaxId = std::numeric_limits<std::uint32_t>::max() - 1LL;

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// A path from the root of the cgroups: no end of it alone, which a user could
// make below his own, and nothing that a path of the kernel does not look like.
bool IsSlicePath(std::string_view text) {
  return text.size() >= 2 && text.size() <= kMaxSliceBytes &&
         text.front() == '/' && text.back() != '/' &&
         text.find("//") == std::string_view::npos &&
         (std::string(text) + "/").find("/../") == std::string::npos &&
         (std::string(text) + "/").find("/./") == std::string::npos;
}

// The strings under `key`, where `is_fit`; `what` is what they must be.
template <typename IsFit>
std::vector<Word> ReadWords(ObjectReader& reader, std::string_view key,
                            IsFit is_fit, const std::string& what) {
  std::vector<Word> words;
  RefuseEmpty(reader, key);
  const Document::Array* list = reader.Array(key);
  if (list == nullptr) return words;
  for (std::size_t i = 0; i < list->size(); ++i) {
    std::string pointer = PointerTo(reader.PointerOf(key), i);
    const std::string* text = (*list)[i].AsString();
    if (text != nullptr && is_fit(*text)) {
      words.push_back({*text, std::move(pointer)});
    } else {
      reader.complaints().Add(std::move(pointer), "must be " + what);
    }
  }
  return words;
}

SubjectTerms ReadTerms(ObjectReader& reader, bool with_namespaces) {
  SubjectTerms who;
  RefuseEmpty(reader, "users");
  who.users = ReadPrincipals(reader, "users");
  RefuseEmpty(reader, "groups");
  who.groups = ReadPrincipals(reader, "groups");
  who.slices = ReadWords(reader, "slices", IsSlicePath,
                         "a path from the root such as \"/ml.slice\"");
  if (with_namespaces) who.namespaces = ReadNames(reader, "namespaces");
  who.subjects = ReadNames(reader, "subjects");
  return who;
}

}  // namespace

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  return IsAlphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-';
         });
}

void RefuseEmpty(ObjectReader& reader, std::string_view key) {
  const Document* value = reader.Find(key);
  const Document::Array* list = value == nullptr ? nullptr : value->AsArray();
  if (list != nullptr && list->empty()) {
    reader.Complain(key, "must not be empty; leave it out to mean all");
  }
}

bool IsSilent(ObjectReader& reader,
              std::initializer_list<std::string_view> keys) {
  const Complaints& complaints = reader.complaints();
  const auto count = [&] {
    return complaints.all().size() + complaints.left_out();
  };
  const std::size_t before = count();
  reader.RefuseUnknownKeys();
  return count() == before &&
         std::none_of(keys.begin(), keys.end(), [&](std::string_view key) {
           return reader.Find(key) != nullptr;
         });
}

std::string ReadText(ObjectReader& reader, std::string_view key) {
  auto text = reader.String(key);
  if (!text) return {};
  if (text->size() > kMaxTextBytes) {
    reader.Complain(key,
                    "longer than " + std::to_string(kMaxTextBytes) + " bytes");
  }
  return Printable(*text, kMaxTextBytes);
}

std::vector<Word> ReadNames(ObjectReader& reader, std::string_view key) {
  return ReadWords(reader, key, IsName,
                   "a name: 1 to 64 of the characters A-Z a-z 0-9 . _ -");
}

std::vector<Principal> ReadPrincipals(ObjectReader& reader,
                                      std::string_view key) {
  std::vector<Principal> principals;
  const Document::Array* list = reader.Array(key);
  if (list == nullptr) return principals;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Document& element = (*list)[i];
    std::string pointer = PointerTo(reader.PointerOf(key), i);
    const std::string* name = element.AsString();
    const std::int64_t* number = element.AsInteger();
    if (name != nullptr && !name->empty()) {
      principals.push_back({*name, std::move(pointer)});
    } else if (number != nullptr && *number >= 0 && *number <= kMaxId) {
      principals.push_back(
          {static_cast<std::uint32_t>(*number), std::move(pointer)});
    } else {
      reader.complaints().Add(
          std::move(pointer),
          "must be a name or a number from 0 to " + std::to_string(kMaxId));
    }
  }
  return principals;
}

SubjectTerms ReadSubjectTerms(ObjectReader& reader) {
  return ReadTerms(reader, true);
}

SubjectTerms ReadMemberTerms(ObjectReader& reader) {
  return ReadTerms(reader, false);
}

DeviceTerms ReadDeviceTerms(ObjectReader& reader) {
  DeviceTerms what;
  what.pointer = reader.pointer();
  what.classes = ReadNames(reader, "classes");
  RefuseEmpty(reader, "devices");
  what.devices = ParseSelectors(reader, "devices");
  return what;
}

void ForEachElement(
    ObjectReader& reader, std::string_view key,
    const std::function<void(const Document&, const std::string&)>& read) {
  const Document::Array* list = reader.Array(key);
  if (list == nullptr) return;
  if (list->size() > kMaxEntries) {
    reader.Complain(key,
                    "more than " + std::to_string(kMaxEntries) + " elements");
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    read((*list)[i], PointerTo(reader.PointerOf(key), i));
  }
}

void ForEachMember(ObjectReader& reader, std::string_view key,
                   const std::function<void(const std::string&, const Document&,
                                            const std::string&)>& read) {
  const Document::Object* object = reader.Object(key);
  if (object == nullptr) return;
  if (object->size() > kMaxEntries) {
    reader.Complain(key,
                    "more than " + std::to_string(kMaxEntries) + " members");
    return;
  }
  for (const auto& [name, value] : *object) {
    std::string pointer = PointerTo(reader.PointerOf(key), name);
    if (!IsName(name)) {
      reader.complaints().Add(
          pointer,
          "its name must be 1 to 64 of the characters A-Z a-z 0-9 . _ - and "
          "begin with a letter or digit");
    }
    read(name, value, pointer);
  }
}

}  // namespace acceld::policy
