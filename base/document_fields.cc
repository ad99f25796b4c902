#include "base/document_fields.h"

namespace acceld {

const std::string* FindText(const Document& object, std::string_view key) {
  const Document* value = object.Find(key);
  return value == nullptr ? nullptr : value->AsString();
}

std::string TextIn(const Document& object, std::string_view key) {
  const std::string* text = FindText(object, key);
  return text == nullptr ? std::string() : *text;
}

const Document::Array& ArrayIn(const Document& object, std::string_view key) {
  static const Document::Array kNone;
  const Document* value = object.Find(key);
  const auto* array = value == nullptr ? nullptr : value->AsArray();
  return array == nullptr ? kNone : *array;
}

}  // namespace acceld
