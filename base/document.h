// Document: a parsed tree of plain values, the common form of JSON text, of
// D-Bus a{sv} dictionaries and of what the tools print. Parsers of requests,
// policies and machines read Documents and know neither JSON nor D-Bus.
// A value type; no threading rule.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace acceld {

class Document {
 public:
  using Array = std::vector<Document>;
  // In the order of the text; keys are unique (the parsers refuse others).
  using Object = std::vector<std::pair<std::string, Document>>;

  Document() = default;  // null
  // Implicit on purpose: documents are written as nested literals.
  Document(bool value) : value_(value) {}                           // NOLINT
  Document(std::int64_t value) : value_(value) {}                   // NOLINT
  Document(int value) : value_(std::int64_t{value}) {}              // NOLINT
  Document(double value) : value_(value) {}                         // NOLINT
  Document(std::string value) : value_(std::move(value)) {}         // NOLINT
  Document(std::string_view value) : value_(std::string(value)) {}  // NOLINT
  Document(const char* value) : value_(std::string(value)) {}       // NOLINT
  Document(Array value) : value_(std::move(value)) {}               // NOLINT
  Document(Object value) : value_(std::move(value)) {}              // NOLINT

  [[nodiscard]] bool is_null() const { return Is<std::monostate>(); }
  // Each returns null where the value is of another type.
  [[nodiscard]] const bool* AsBool() const {
    return std::get_if<bool>(&value_);
  }
  [[nodiscard]] const std::int64_t* AsInteger() const {
    return std::get_if<std::int64_t>(&value_);
  }
  [[nodiscard]] const double* AsReal() const {
    return std::get_if<double>(&value_);
  }
  [[nodiscard]] const std::string* AsString() const {
    return std::get_if<std::string>(&value_);
  }
  [[nodiscard]] const Array* AsArray() const {
    return std::get_if<Array>(&value_);
  }
  [[nodiscard]] const Object* AsObject() const {
    return std::get_if<Object>(&value_);
  }
  // The member `key` of an object; null where there is none.
  [[nodiscard]] const Document* Find(std::string_view key) const;
  // Appends a member to an object (a null document becomes one).
  // Requires: the key is new.
  void Set(std::string key, Document value);
  // Appends an element to an array (a null document becomes one).
  void Append(Document value);
  // "null", "boolean", "integer", "number", "string", "array" or "object".
  [[nodiscard]] std::string_view TypeName() const;

  friend bool operator==(const Document&, const Document&) = default;

 private:
  template <typename T>
  [[nodiscard]] bool Is() const {
    return std::holds_alternative<T>(value_);
  }
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array,
               Object>
      value_;
};

}  // namespace acceld
