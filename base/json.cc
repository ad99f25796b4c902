#include "base/json.h"

#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/document_reader.h"
#include "base/json_lines.h"
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

// Where the parser is in the text: the line of the character that it took
// last. A token holds no line break, and the parser takes one character more
// than the token at most, so this is the token's line too.
struct TextPosition {
  std::int64_t line = 1;
  char last = '\0';
};

// Passes a text on and keeps count of its lines.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    if (position->last == '\n') ++position->line;
    position->last = *at++;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at == b.at;
  }

  const char* at = nullptr;
  TextPosition* position = nullptr;
};

// Notes the lines of some values while a text is parsed.
class LineFinder final : public nlohmann::json_sax<json> {
 public:
  explicit LineFinder(const TextPosition& position) : position_(position) {}

  // Wanted, with everything around it.
  void Want(std::string pointer) {
    while (lines_.try_emplace(pointer, 0).second && !pointer.empty()) {
      pointer.erase(pointer.rfind('/'));
    }
  }
  [[nodiscard]] std::int64_t LineOf(std::string pointer) const {
    while (!pointer.empty() && lines_.at(pointer) == 0) {
      pointer.erase(pointer.rfind('/'));
    }
    return lines_.at(pointer);
  }

  bool null() override { return Visit(); }
  bool boolean(bool) override { return Visit(); }
  bool number_integer(number_integer_t) override { return Visit(); }
  bool number_unsigned(number_unsigned_t) override { return Visit(); }
  bool number_float(number_float_t, const string_t&) override {
    return Visit();
  }
  bool string(string_t&) override { return Visit(); }
  bool binary(binary_t&) override { return Visit(); }
  bool start_object(std::size_t) override { return Open(false); }
  bool key(string_t& name) override {
    pointer_.resize(levels_.back().length);
    pointer_ = PointerTo(pointer_, name);
    Note();
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(true); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  struct Level {
    std::size_t length = 0;  // of the pointer to the container
    bool is_array = false;
    std::size_t next = 0;  // index, in an array
  };

  void Note() {
    const auto found = lines_.find(pointer_);
    if (found != lines_.end() && found->second == 0) {
      found->second = position_.line;
    }
  }
  bool Visit() {
    if (!levels_.empty() && levels_.back().is_array) {
      pointer_.resize(levels_.back().length);
      pointer_ = PointerTo(pointer_, levels_.back().next++);
    }
    Note();
    return true;
  }
  bool Open(bool is_array) {
    Visit();
    levels_.push_back({pointer_.size(), is_array, 0});
    return true;
  }
  bool Close() {
    levels_.pop_back();
    return true;
  }

  const TextPosition& position_;
  std::unordered_map<std::string, std::int64_t> lines_;  // 0: not seen
  std::vector<Level> levels_;
  std::string pointer_;
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

std::vector<std::int64_t> FindLines(std::string_view text,
                                    const std::vector<std::string>& pointers) {
  TextPosition position;
  LineFinder finder(position);
  for (const std::string& pointer : pointers) finder.Want(pointer);
  (void)json::sax_parse(CountingIterator{text.data(), &position},
                        CountingIterator{text.data() + text.size(), &position},
                        &finder);
  std::vector<std::int64_t> lines;
  lines.reserve(pointers.size());
  for (const std::string& pointer : pointers) {
    lines.push_back(finder.LineOf(pointer));
  }
  return lines;
}

std::string PrintJson(const Document& document, JsonStyle style) {
  const int indent = style == JsonStyle::kPretty ? 2 : -1;
  return ToOrderedJson(document).dump(
      indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace acceld
