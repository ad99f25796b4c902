#include "api/wire.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "base/document_reader.h"
#include "base/utf8.h"

namespace acceld::api {
namespace {

// Walks the value inside one variant and builds its Document. The signature is
// not known at compile time, so it reads by what the message says comes next.
class Walker {
 public:
  Walker(const WireLimits& limits, std::size_t& elements)
      : limits_(limits), elements_(elements) {}

  // Reads the next complete value.
  Result<Document> Read(sdbus::Message& message, const std::string& pointer,
                        std::size_t depth);
  // Counts one value. Errors: kInvalidArgument (more than the limit).
  Status Count(const std::string& pointer);
  Status CheckText(const std::string& text, const std::string& pointer) const;

  static tl::unexpected<Error> Refuse(const std::string& pointer,
                                      std::string why) {
    Complaints complaints;
    complaints.Add(pointer, std::move(why));
    return Fail(complaints.ToError());
  }

 private:
  Result<Document> ReadArray(sdbus::Message& message, const std::string& item,
                             const std::string& pointer, std::size_t depth);
  Result<Document> ReadMap(sdbus::Message& message, const std::string& entry,
                           const std::string& pointer, std::size_t depth);
  Result<Document> ReadNumber(sdbus::Message& message, char type,
                              const std::string& pointer) const;
  template <typename Text>
  Result<Document> ReadText(sdbus::Message& message,
                            const std::string& pointer) const {
    Text text;
    message >> text;
    std::string plain(std::move(text));
    ACCELD_TRY_VOID(CheckText(plain, pointer));
    return Document(std::move(plain));
  }

  const WireLimits& limits_;
  std::size_t& elements_;
};

// The type of what comes next in a container; 0 at its end.
char PeekType(const sdbus::Message& message, std::string& contents) {
  std::string type;
  message.peekType(type, contents);
  return type.empty() ? '\0' : type.front();
}

Status Walker::Count(const std::string& pointer) {
  if (++elements_ <= limits_.elements) return {};
  return Refuse(pointer, "there are more than " +
                             std::to_string(limits_.elements) + " values");
}

Status Walker::CheckText(const std::string& text,
                         const std::string& pointer) const {
  if (text.size() > limits_.string_bytes) {
    return Refuse(pointer, "must be at most " +
                               std::to_string(limits_.string_bytes) +
                               " bytes long");
  }
  if (!IsUtf8(text)) return Refuse(pointer, "must be UTF-8");
  return {};
}

Result<Document> Walker::Read(sdbus::Message& message,
                              const std::string& pointer, std::size_t depth) {
  std::string contents;
  const char type = PeekType(message, contents);
  if (type == 'v' || type == 'a') {
    if (depth >= limits_.depth) return Refuse(pointer, "is nested too deeply");
  }
  if (type == 'v') {  // not a value of its own
    message.enterVariant(contents);
    auto value = Read(message, pointer, depth + 1);
    if (value) message.exitVariant();
    return value;
  }
  ACCELD_TRY_VOID(Count(pointer));
  switch (type) {
    case 'a':
      return contents.starts_with('{')
                 ? ReadMap(message, contents, pointer, depth)
                 : ReadArray(message, contents, pointer, depth);
    case 's':
      return ReadText<std::string>(message, pointer);
    case 'o':
      return ReadText<sdbus::ObjectPath>(message, pointer);
    case 'g':
      return ReadText<sdbus::Signature>(message, pointer);
    case 'h':
      return Refuse(pointer, "must not be a file descriptor");
    default:
      return ReadNumber(message, type, pointer);
  }
}

Result<Document> Walker::ReadArray(sdbus::Message& message,
                                   const std::string& item,
                                   const std::string& pointer,
                                   std::size_t depth) {
  Document::Array elements;
  message.enterContainer(item);
  std::string ignored;
  while (PeekType(message, ignored) != '\0') {
    ACCELD_TRY(auto element,
               Read(message, PointerTo(pointer, elements.size()), depth + 1));
    elements.push_back(std::move(element));
  }
  message.exitContainer();
  return Document(std::move(elements));
}

Result<Document> Walker::ReadMap(sdbus::Message& message,
                                 const std::string& entry,
                                 const std::string& pointer,
                                 std::size_t depth) {
  if (!entry.starts_with("{s")) return Refuse(pointer, "must have text keys");
  const std::string inside = entry.substr(1, entry.size() - 2);
  Document::Object members;
  std::set<std::string> seen;
  message.enterContainer(entry);
  std::string ignored;
  while (PeekType(message, ignored) != '\0') {
    message.enterDictEntry(inside);
    std::string key;
    message >> key;
    const std::string at = PointerTo(pointer, key);
    ACCELD_TRY_VOID(CheckText(key, at));
    if (!seen.insert(key).second) return Refuse(at, "is there twice");
    ACCELD_TRY(auto value, Read(message, at, depth + 1));
    members.emplace_back(std::move(key), std::move(value));
    message.exitDictEntry();
  }
  message.exitContainer();
  return Document(std::move(members));
}

template <typename Number>
Number Take(sdbus::Message& message) {
  Number number{};
  message >> number;
  return number;
}

Result<Document> Walker::ReadNumber(sdbus::Message& message, char type,
                                    const std::string& pointer) const {
  switch (type) {
    case 'b':
      return Document(Take<bool>(message));
    case 'y':
      return Document(std::int64_t{Take<std::uint8_t>(message)});
    case 'n':
      return Document(std::int64_t{Take<std::int16_t>(message)});
    case 'q':
      return Document(std::int64_t{Take<std::uint16_t>(message)});
    case 'i':
      return Document(std::int64_t{Take<std::int32_t>(message)});
    case 'u':
      return Document(std::int64_t{Take<std::uint32_t>(message)});
    case 'x':
      return Document(Take<std::int64_t>(message));
    case 't': {
      const auto number = Take<std::uint64_t>(message);
      if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        return Refuse(pointer, "is too large");
      }
      return Document(static_cast<std::int64_t>(number));
    }
    case 'd': {
      const auto number = Take<double>(message);
      if (!std::isfinite(number)) return Refuse(pointer, "must be finite");
      return Document(number);
    }
    default:
      return Refuse(pointer, "is of a D-Bus type that is not understood (" +
                                 Printable(std::string(1, type)) + ")");
  }
}

// The one walk of this thread that is under way, for Walked below.
struct Walk {
  Walker* walker = nullptr;
  std::string signature;
  std::string pointer;
  Result<Document> result = Document();
};
thread_local Walk* current_walk = nullptr;

// sdbus::Variant hides its message; Variant::get<T>() of a type with a
// signature of its own is the only public way to it. Walked is that type.
struct Walked {};

sdbus::Message& operator>>(sdbus::Message& message, Walked&) {
  Walk& walk = *current_walk;
  walk.result = walk.walker->Read(message, walk.pointer, 1);
  // A walk that stopped half-way leaves the variant as it was; get() then
  // throws when it wants to leave the value.
  if (!walk.result) message.rewind(true);
  return message;
}

Result<Document> FromVariant(const sdbus::Variant& variant, Walker& walker,
                             std::string pointer);

}  // namespace
}  // namespace acceld::api

template <>
struct sdbus::signature_of<acceld::api::Walked> {
  static std::string str() { return acceld::api::current_walk->signature; }
};

namespace acceld::api {
namespace {

Result<Document> FromVariant(const sdbus::Variant& variant, Walker& walker,
                             std::string pointer) {
  if (variant.isEmpty()) return Walker::Refuse(pointer, "has no value");
  Walk walk{&walker, variant.peekValueType(), std::move(pointer), Document()};
  current_walk = &walk;
  try {
    (void)variant.get<Walked>();
  } catch (const sdbus::Error& error) {
    if (walk.result) {
      walk.result = Walker::Refuse(walk.pointer, error.getMessage());
    }
  }
  current_walk = nullptr;
  return std::move(walk.result);
}

// Text that the bus would refuse is replaced: nothing that a device calls
// itself may keep a reply from being sent.
std::string Sendable(const std::string& text) {
  const bool has_nul = text.find('\0') != std::string::npos;
  return has_nul || !IsUtf8(text) ? Printable(text, text.size()) : text;
}

bool AllAre(const Document::Array& array, bool (*is)(const Document&)) {
  for (const Document& element : array) {
    if (!is(element)) return false;
  }
  return true;
}

sdbus::Variant ToVariant(const Document& document);

sdbus::Variant ArrayVariant(const Document::Array& array) {
  if (AllAre(array,
             [](const Document& d) { return d.AsObject() != nullptr; })) {
    std::vector<Dictionary> objects;
    for (const Document& element : array) {
      objects.push_back(ToDictionary(element));
    }
    return sdbus::Variant(objects);
  }
  if (AllAre(array,
             [](const Document& d) { return d.AsString() != nullptr; })) {
    std::vector<std::string> strings;
    for (const Document& element : array) {
      strings.push_back(Sendable(*element.AsString()));
    }
    return sdbus::Variant(strings);
  }
  std::vector<sdbus::Variant> values;
  for (const Document& element : array) {
    if (!element.is_null()) values.push_back(ToVariant(element));
  }
  return sdbus::Variant(values);
}

sdbus::Variant ToVariant(const Document& document) {
  if (const auto* value = document.AsBool()) return sdbus::Variant(*value);
  if (const auto* value = document.AsInteger()) return sdbus::Variant(*value);
  if (const auto* value = document.AsReal()) return sdbus::Variant(*value);
  if (const auto* value = document.AsArray()) return ArrayVariant(*value);
  if (document.AsObject() != nullptr) {
    return sdbus::Variant(ToDictionary(document));
  }
  const auto* text = document.AsString();
  return sdbus::Variant(text == nullptr ? std::string() : Sendable(*text));
}

}  // namespace

Result<Document> ToDocument(const Dictionary& dictionary,
                            const WireLimits& limits) {
  std::size_t elements = 0;
  Walker walker(limits, elements);
  Document::Object members;
  for (const auto& [key, variant] : dictionary) {
    const std::string pointer = PointerTo("", key);
    ACCELD_TRY_VOID(walker.CheckText(key, pointer));
    ACCELD_TRY(auto value, FromVariant(variant, walker, pointer));
    members.emplace_back(key, std::move(value));
  }
  return Document(std::move(members));
}

Dictionary ToDictionary(const Document& document) {
  Dictionary dictionary;
  const Document::Object* members = document.AsObject();
  if (members == nullptr) return dictionary;
  for (const auto& [key, value] : *members) {
    if (!value.is_null()) {
      dictionary.insert_or_assign(Sendable(key), ToVariant(value));
    }
  }
  return dictionary;
}

}  // namespace acceld::api
