#include "base/json.h"

#include <limits>
#include <optional>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace acceld {
namespace {

using nlohmann::json;

struct Frame {
  Document container;
  std::string key;  // of the member that comes next, in an object
  // Those seen so far: searching the members takes too long in large objects.
  std::unordered_set<std::string> keys;
};

// Builds the Document from parse events and stops at the first limit.
class DocumentBuilder final : public nlohmann::json_sax<json> {
 public:
  explicit DocumentBuilder(const JsonLimits& limits) : limits_(limits) {}

  bool null() override { return Add(Document()); }
  bool boolean(bool value) override { return Add(Document(value)); }
  bool number_integer(number_integer_t value) override {
    return Add(Document(std::int64_t{value}));
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value >
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return Refuse("integer out of range");
    }
    return Add(Document(static_cast<std::int64_t>(value)));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    // A whole number that fits no 64-bit integer arrives here as a float.
    if (text.find_first_of(".eE") == string_t::npos) {
      return Refuse("integer out of range");
    }
    return Add(Document(value));
  }
  bool string(string_t& value) override {
    if (value.size() > limits_.string_bytes) return Refuse("string too long");
    return Add(Document(std::move(value)));
  }
  bool binary(binary_t&) override { return Refuse("binary value"); }
  bool start_object(std::size_t) override {
    return Open(Document(Document::Object{}));
  }
  bool key(string_t& value) override {
    if (value.size() > limits_.string_bytes) return Refuse("key too long");
    if (!stack_.back().keys.insert(value).second) {
      return Refuse("duplicate key '" + Printable(value, 64) + "'");
    }
    stack_.back().key = std::move(value);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override {
    return Open(Document(Document::Array{}));
  }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string text = error.what();
    const auto at = text.find("] ");
    if (at != std::string::npos) text.erase(0, at + 2);
    return Refuse(Printable(text));  // it repeats what it could not read
  }

  [[nodiscard]] Document TakeRoot() { return std::move(root_); }
  [[nodiscard]] std::string Fault() const {
    return fault_.value_or("not a JSON text");
  }

 private:
  bool Add(Document value) {
    if (++elements_ > limits_.elements) return Refuse("too many elements");
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& top = stack_.back();
    if (top.container.AsArray() != nullptr) {
      top.container.Append(std::move(value));
    } else {
      top.container.Set(std::move(top.key), std::move(value));
    }
    return true;
  }
  bool Open(Document container) {
    if (stack_.size() >= limits_.depth) return Refuse("nested too deeply");
    stack_.push_back(Frame{std::move(container), {}, {}});
    return true;
  }
  bool Close() {
    Document done = std::move(stack_.back().container);
    stack_.pop_back();
    return Add(std::move(done));
  }
  bool Refuse(std::string why) {
    if (!fault_) {
      const std::string pointer = Pointer();
      fault_ = pointer.empty() ? std::move(why) : pointer + ": " + why;
    }
    return false;
  }
  [[nodiscard]] std::string Pointer() const {
    std::string pointer;
    for (const Frame& frame : stack_) {
      pointer.push_back('/');
      if (const auto* array = frame.container.AsArray(); array != nullptr) {
        pointer.append(std::to_string(array->size()));
      } else {
        pointer.append(Printable(frame.key, 64));
      }
      if (pointer.size() > 512) return pointer.append("/...");
    }
    return pointer;
  }

  const JsonLimits& limits_;
  std::vector<Frame> stack_;
  std::size_t elements_ = 0;
  Document root_;
  std::optional<std::string> fault_;
};

nlohmann::ordered_json ScalarJson(const Document& document) {
  if (const auto* value = document.AsBool()) return *value;
  if (const auto* value = document.AsInteger()) return *value;
  if (const auto* value = document.AsReal()) return *value;
  if (const auto* value = document.AsString()) return *value;
  return nullptr;
}

nlohmann::ordered_json ToOrderedJson(const Document& document) {
  if (const auto* members = document.AsObject()) {
    auto object = nlohmann::ordered_json::object();
    auto& inner = object.get_ref<nlohmann::ordered_json::object_t&>();
    // Keys of a Document are unique: no search for each, as object[key] does.
    for (const auto& [key, value] : *members) {
      inner.emplace_back(key, ToOrderedJson(value));
    }
    return object;
  }
  if (const auto* elements = document.AsArray()) {
    auto array = nlohmann::ordered_json::array();
    for (const Document& element : *elements) {
      array.push_back(ToOrderedJson(element));
    }
    return array;
  }
  return ScalarJson(document);
}

}  // namespace

Result<Document> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return Fail(ErrorCode::kInvalidArgument,
                "larger than " + std::to_string(limits.bytes) + " bytes");
  }
  // The library takes a NUL for the end of the text, whatever follows it.
  if (text.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalidArgument, "contains a NUL byte");
  }
  DocumentBuilder builder(limits);
  if (!json::sax_parse(text.begin(), text.end(), &builder)) {
    return Fail(ErrorCode::kInvalidArgument, builder.Fault());
  }
  return builder.TakeRoot();
}

std::string PrintJson(const Document& document, JsonStyle style) {
  const int indent = style == JsonStyle::kPretty ? 2 : -1;
  return ToOrderedJson(document).dump(
      indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace acceld
