#include "api/wire.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/error_names.h"
#include "base/document_reader.h"
#include "base/utf8.h"

namespace acceld::api {
namespace {

// Where a value is. Its pointer is only made for who complains.
struct Place {
  const Place* above = nullptr;  // null: the whole
  std::string_view key = {};
  std::optional<std::size_t> index = {};  // in an array: in place of a key
};

std::string PointerOf(const Place& place) {
  if (place.above == nullptr) return {};
  const std::string base = PointerOf(*place.above);
  return place.index ? PointerTo(base, *place.index)
                     : PointerTo(base, place.key);
}

// Walks a dictionary and builds its Document. What the variants hold is not
// known at compile time, so it reads by what the message says comes next; it
// asks no oftener than it must, for each question is a walk of sd-bus's own.
class Walker {
 public:
  explicit Walker(const WireLimits& limits) : limits_(limits) {}

  // Reads the a{sv} that comes next; it counts neither as a level nor as a
  // value.
  Result<Document> ReadDictionary(sdbus::Message& message) {
    return ReadMap(message, "{sv}", {}, 0);
  }

 private:
  // Reads the next complete value.
  Result<Document> Read(sdbus::Message& message, const Place& place,
                        std::size_t depth);
  // Reads what comes next and is known to be of `type`; `contents` is what an
  // array or a variant holds.
  Result<Document> ReadKnown(sdbus::Message& message, char type,
                             const std::string& contents, const Place& place,
                             std::size_t depth);
  Result<Document> ReadVariant(sdbus::Message& message,
                               const std::string& contents, const Place& place,
                               std::size_t depth);
  // Counts one value. Errors: kInvalidArgument (more than the limit).
  Status Count(const Place& place);
  Status CheckText(const std::string& text, const Place& place) const;

  static tl::unexpected<Error> Refuse(const Place& place, std::string why) {
    Complaints complaints;
    complaints.Add(PointerOf(place), std::move(why));
    return Fail(complaints.ToError());
  }

  Result<Document> ReadArray(sdbus::Message& message, const std::string& item,
                             const Place& place, std::size_t depth);
  Result<Document> ReadMap(sdbus::Message& message, const std::string& entry,
                           const Place& place, std::size_t depth);
  static Status CheckKeys(const Document::Object& members, const Place& place);
  Result<Document> ReadNumber(sdbus::Message& message, char type,
                              const Place& place) const;
  template <typename Text>
  Result<Document> ReadText(sdbus::Message& message, const Place& place) const {
    Text text;
    message >> text;
    std::string plain(std::move(text));
    ACCELD_TRY_VOID(CheckText(plain, place));
    return Document(std::move(plain));
  }

  const WireLimits& limits_;
  std::size_t elements_ = 0;
};

// The type of what comes next in a container; 0 at its end.
char PeekType(const sdbus::Message& message, std::string& contents) {
  std::string type;
  message.peekType(type, contents);
  return type.empty() ? '\0' : type.front();
}

Status Walker::Count(const Place& place) {
  if (++elements_ <= limits_.elements) return {};
  return Refuse(place, "there are more than " +
                           std::to_string(limits_.elements) + " values");
}

Status Walker::CheckText(const std::string& text, const Place& place) const {
  if (text.size() > limits_.string_bytes) {
    return Refuse(place, "must be at most " +
                             std::to_string(limits_.string_bytes) +
                             " bytes long");
  }
  if (!IsUtf8(text)) return Refuse(place, "must be UTF-8");
  return {};
}

Result<Document> Walker::Read(sdbus::Message& message, const Place& place,
                              std::size_t depth) {
  std::string contents;
  const char type = PeekType(message, contents);
  return ReadKnown(message, type, contents, place, depth);
}

Result<Document> Walker::ReadVariant(sdbus::Message& message,
                                     const std::string& contents,
                                     const Place& place, std::size_t depth) {
  message.enterVariant(contents);
  // What a variant holds, its signature says, but for a variant in it.
  auto value = contents == "v" ? Read(message, place, depth)
                               : ReadKnown(message, contents.front(),
                                           contents.substr(1), place, depth);
  if (value) message.exitVariant();
  return value;
}

Result<Document> Walker::ReadKnown(sdbus::Message& message, char type,
                                   const std::string& contents,
                                   const Place& place, std::size_t depth) {
  if (type == 'v' || type == 'a') {
    if (depth >= limits_.depth) return Refuse(place, "is nested too deeply");
  }
  // Not a value of its own.
  if (type == 'v') return ReadVariant(message, contents, place, depth + 1);
  ACCELD_TRY_VOID(Count(place));
  switch (type) {
    case 'a':
      return contents.starts_with('{')
                 ? ReadMap(message, contents, place, depth)
                 : ReadArray(message, contents, place, depth);
    case 's':
      return ReadText<std::string>(message, place);
    case 'o':
      return ReadText<sdbus::ObjectPath>(message, place);
    case 'g':
      return ReadText<sdbus::Signature>(message, place);
    case 'h':
      return Refuse(place, "must not be a file descriptor");
    default:
      return ReadNumber(message, type, place);
  }
}

Result<Document> Walker::ReadArray(sdbus::Message& message,
                                   const std::string& item, const Place& place,
                                   std::size_t depth) {
  Document::Array elements;
  message.enterContainer(item);
  std::string contents;
  for (char type = PeekType(message, contents); type != '\0';
       type = PeekType(message, contents)) {
    const Place at{&place, {}, elements.size()};
    ACCELD_TRY(auto element, ReadKnown(message, type, contents, at, depth + 1));
    elements.push_back(std::move(element));
  }
  message.exitContainer();
  return Document(std::move(elements));
}

Result<Document> Walker::ReadMap(sdbus::Message& message,
                                 const std::string& entry, const Place& place,
                                 std::size_t depth) {
  if (!entry.starts_with("{s")) return Refuse(place, "must have text keys");
  const std::string inside = entry.substr(1, entry.size() - 2);
  Document::Object members;
  message.enterContainer(entry);
  while (message.enterDictEntry(inside)) {
    std::string key;
    message >> key;
    const Place at{&place, key};
    ACCELD_TRY_VOID(CheckText(key, at));
    ACCELD_TRY(auto value, Read(message, at, depth + 1));
    members.emplace_back(std::move(key), std::move(value));
    message.exitDictEntry();
  }
  message.clearFlags();  // of the entry that was not there
  message.exitContainer();
  ACCELD_TRY_VOID(CheckKeys(members, place));
  return Document(std::move(members));
}

Status Walker::CheckKeys(const Document::Object& members, const Place& place) {
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const auto& [key, value] : members) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return {};
  return Refuse({&place, *twice}, "is there twice");
}

template <typename Number>
Number Take(sdbus::Message& message) {
  Number number{};
  message >> number;
  return number;
}

Result<Document> Walker::ReadNumber(sdbus::Message& message, char type,
                                    const Place& place) const {
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
        return Refuse(place, "is too large");
      }
      return Document(static_cast<std::int64_t>(number));
    }
    case 'd': {
      const auto number = Take<double>(message);
      if (!std::isfinite(number)) return Refuse(place, "must be finite");
      return Document(number);
    }
    default:
      return Refuse(place, "is of a D-Bus type that is not understood (" +
                               Printable(std::string(1, type)) + ")");
  }
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

bool IsObject(const Document& document) {
  return document.AsObject() != nullptr;
}
bool IsString(const Document& document) {
  return document.AsString() != nullptr;
}

void WriteValue(sdbus::Message& message, const Document& value);

void WriteMembers(sdbus::Message& message, const Document& object) {
  message.openContainer("{sv}");
  if (const Document::Object* members = object.AsObject()) {
    for (const auto& [key, value] : *members) {
      if (value.is_null()) continue;
      message.openDictEntry("sv");
      message << Sendable(key);
      WriteValue(message, value);
      message.closeDictEntry();
    }
  }
  message.closeContainer();
}

void WriteArray(sdbus::Message& message, const Document::Array& array) {
  const bool objects = AllAre(array, IsObject);
  const bool strings = !objects && AllAre(array, IsString);
  const std::string item = objects ? "a{sv}" : strings ? "s" : "v";
  message.openVariant("a" + item);
  message.openContainer(item);
  for (const Document& element : array) {
    if (objects) {
      WriteMembers(message, element);
    } else if (strings) {
      message << Sendable(*element.AsString());
    } else if (!element.is_null()) {
      WriteValue(message, element);
    }
  }
  message.closeContainer();
  message.closeVariant();
}

template <typename T>
void WriteBasic(sdbus::Message& message, const char* type, const T& value) {
  message.openVariant(type);
  message << value;
  message.closeVariant();
}

// As a variant. Requires: not null.
void WriteValue(sdbus::Message& message, const Document& value) {
  if (const auto* flag = value.AsBool()) {
    WriteBasic(message, "b", *flag);
  } else if (const auto* number = value.AsInteger()) {
    WriteBasic(message, "x", *number);
  } else if (const auto* real = value.AsReal()) {
    WriteBasic(message, "d", *real);
  } else if (const auto* text = value.AsString()) {
    WriteBasic(message, "s", Sendable(*text));
  } else if (const auto* array = value.AsArray()) {
    WriteArray(message, *array);
  } else {
    message.openVariant("a{sv}");
    WriteMembers(message, value);
    message.closeVariant();
  }
}

}  // namespace

sdbus::Message& operator<<(sdbus::Message& message, const WireDocument& wire) {
  WriteMembers(message, wire.document);
  return message;
}

sdbus::Message& operator>>(sdbus::Message& message, WireDocument& wire) {
  std::string ignored;
  if (PeekType(message, ignored) == '\0') {
    // The end of an array of dictionaries: a container that cannot be entered
    // is how sdbus-c++ is told.
    return message.enterContainer("{sv}");
  }
  auto document = Walker(wire.limits).ReadDictionary(message);
  if (!document) {
    throw sdbus::Error(ErrorNameOf(wire.fault), document.error().message);
  }
  wire.document = *std::move(document);
  return message;
}

}  // namespace acceld::api
