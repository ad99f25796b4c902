#include "base/document_reader.h"

#include <algorithm>

#include "base/check.h"
#include "base/suggestion.h"
#include "base/utf8.h"

namespace acceld {
namespace {

constexpr std::size_t kMaxComplaints = 64;  // more help nobody
constexpr std::size_t kMaxPointerKey = 64;
constexpr std::size_t kMaxMessage = 1024;

}  // namespace

void Complaints::Add(std::string pointer, std::string message) {
  if (all_.size() >= kMaxComplaints) {
    ++left_out_;
    return;
  }
  // Messages repeat parts of the document, and end on terminals and D-Bus.
  all_.push_back({std::move(pointer), Printable(message, kMaxMessage)});
}

Error Complaints::ToError() const {
  ACCELD_CHECK(!all_.empty());
  std::string text;
  for (const Complaint& complaint : all_) {
    if (!text.empty()) text.push_back('\n');
    text.append(complaint.pointer.empty() ? "/" : complaint.pointer);
    text.append(": ").append(complaint.message);
  }
  if (left_out_ != 0) {
    text.append("\n... and ").append(std::to_string(left_out_)).append(" more");
  }
  return Error{ErrorCode::kInvalidArgument, std::move(text), 0};
}

std::string PointerTo(std::string_view base, std::string_view key) {
  std::string pointer(base);
  pointer.push_back('/');
  // The cut keeps UTF-8 whole: D-Bus carries no other text.
  for (char c : Printable(key, kMaxPointerKey)) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
  return pointer;
}

std::string PointerTo(std::string_view base, std::size_t index) {
  return std::string(base).append("/").append(std::to_string(index));
}

ObjectReader::ObjectReader(const Document& document, std::string pointer,
                           Complaints& complaints)
    : pointer_(std::move(pointer)), complaints_(complaints) {
  if (document.AsObject() != nullptr) {
    object_ = &document;
  } else {
    ComplainHere("must be an object, not " + std::string(document.TypeName()));
  }
}

const Document* ObjectReader::Find(std::string_view key) {
  known_.emplace_back(key);
  return object_ == nullptr ? nullptr : object_->Find(key);
}

std::optional<std::string> ObjectReader::String(std::string_view key) {
  const Document* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (const std::string* text = value->AsString()) return *text;
  ComplainType(key, "a string", *value);
  return std::nullopt;
}

std::optional<std::string> ObjectReader::RequiredString(std::string_view key) {
  const Document* value = Find(key);
  if (value == nullptr) {
    if (object_ != nullptr) Complain(key, "is required");
    return std::nullopt;
  }
  return String(key);
}

std::optional<bool> ObjectReader::Bool(std::string_view key) {
  const Document* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (const bool* flag = value->AsBool()) return *flag;
  ComplainType(key, "true or false", *value);
  return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::Integer(std::string_view key,
                                                  std::int64_t low,
                                                  std::int64_t high) {
  const Document* value = Find(key);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->AsInteger();
  if (number == nullptr) {
    ComplainType(key, "an integer", *value);
    return std::nullopt;
  }
  if (*number < low || *number > high) {
    Complain(key, "must be from " + std::to_string(low) + " to " +
                      std::to_string(high) + ", not " +
                      std::to_string(*number));
    return std::nullopt;
  }
  return *number;
}

const Document::Array* ObjectReader::Array(std::string_view key) {
  const Document* value = Find(key);
  if (value == nullptr) return nullptr;
  if (const auto* array = value->AsArray()) return array;
  ComplainType(key, "an array", *value);
  return nullptr;
}

const Document::Object* ObjectReader::Object(std::string_view key) {
  const Document* value = Find(key);
  if (value == nullptr) return nullptr;
  if (const auto* object = value->AsObject()) return object;
  ComplainType(key, "an object", *value);
  return nullptr;
}

std::vector<std::string> ObjectReader::Strings(std::string_view key) {
  std::vector<std::string> strings;
  const Document::Array* array = Array(key);
  if (array == nullptr) return strings;
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (const std::string* text = (*array)[i].AsString()) {
      strings.push_back(*text);
    } else {
      complaints_.Add(
          PointerTo(PointerOf(key), i),
          "must be a string, not " + std::string((*array)[i].TypeName()));
    }
  }
  return strings;
}

void ObjectReader::RefuseUnknownKeys() {
  if (object_ == nullptr) return;
  for (const auto& [key, value] : *object_->AsObject()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    std::vector<std::string> sorted = known_;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const std::vector<std::string_view> names(sorted.begin(), sorted.end());
    std::string message = "unknown key; ";
    if (const auto nearest = NearestName(key, names)) {
      message.append("did you mean '").append(*nearest).append("'? ");
    }
    message.append("known keys here: ");
    for (const std::string& known : sorted) {
      if (&known != &sorted.front()) message.append(", ");
      message.append(known);
    }
    Complain(key, std::move(message));
  }
}

void ObjectReader::Complain(std::string_view key, std::string message) {
  complaints_.Add(PointerOf(key), std::move(message));
}

void ObjectReader::ComplainHere(std::string message) {
  complaints_.Add(pointer_, std::move(message));
}

void ObjectReader::ComplainType(std::string_view key, std::string_view wanted,
                                const Document& found) {
  Complain(key, "must be " + std::string(wanted) + ", not " +
                    std::string(found.TypeName()));
}

}  // namespace acceld
