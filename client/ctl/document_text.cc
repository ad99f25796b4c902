#include "client/ctl/document_text.h"

namespace acceld::ctl {
namespace {

std::string Plain(const Document& value) {
  if (const auto* text = value.AsString()) return *text;
  if (const auto* number = value.AsInteger()) return std::to_string(*number);
  if (const auto* number = value.AsReal()) return std::to_string(*number);
  if (const auto* flag = value.AsBool()) return *flag ? "yes" : "no";
  std::string list;
  if (const auto* array = value.AsArray()) {
    for (const Document& element : *array) {
      if (!list.empty()) list.append(", ");
      list.append(Plain(element));
    }
  }
  return list;
}

}  // namespace

std::string TextOf(const Document& object, std::string_view key) {
  const Document* value = object.Find(key);
  return value == nullptr ? "" : Plain(*value);
}

const Document::Array& ArrayOf(const Document& object, std::string_view key) {
  static const Document::Array kNone;
  const Document* value = object.Find(key);
  const Document::Array* array = value == nullptr ? nullptr : value->AsArray();
  return array == nullptr ? kNone : *array;
}

std::string Grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string Count(std::size_t number, std::string_view noun) {
  std::string text = std::to_string(number);
  text.append(" ").append(noun);
  return number == 1 ? text : text.append("s");
}

}  // namespace acceld::ctl
