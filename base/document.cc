#include "base/document.h"

#include <array>

#include "base/check.h"

namespace acceld {

const Document* Document::Find(std::string_view key) const {
  const Object* object = AsObject();
  if (object == nullptr) return nullptr;
  for (const auto& [name, value] : *object) {
    if (name == key) return &value;
  }
  return nullptr;
}

void Document::Set(std::string key, Document value) {
  if (is_null()) value_ = Object{};
  auto* object = std::get_if<Object>(&value_);
  ACCELD_CHECK(object != nullptr);
  object->emplace_back(std::move(key), std::move(value));
}

void Document::Append(Document value) {
  if (is_null()) value_ = Array{};
  auto* array = std::get_if<Array>(&value_);
  ACCELD_CHECK(array != nullptr);
  array->push_back(std::move(value));
}

std::string_view Document::TypeName() const {
  constexpr std::array<std::string_view, 7> kNames{
      "null", "boolean", "integer", "number", "string", "array", "object"};
  return kNames[value_.index()];
}

}  // namespace acceld
