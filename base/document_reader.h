// DocumentReader: reads one object of a Document strictly and remembers every
// complaint with its JSON pointer, so that a person sees all mistakes at once.
//
//   Complaints complaints;
//   ObjectReader reader(document, "/stages/0", complaints);
//   auto name = reader.RequiredString("name");
//   reader.RefuseUnknownKeys();          // after all keys were asked for
//
// Not thread-safe; lives on the stack of one parse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace acceld {

// One mistake in a document.
struct Complaint {
  std::string pointer;  // RFC 6901, "" is the whole document
  std::string message;
};

class Complaints {
 public:
  void Add(std::string pointer, std::string message);
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] const std::vector<Complaint>& all() const { return all_; }
  // How many more there were: all() keeps 64.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  // kInvalidArgument; one line per complaint: "POINTER: MESSAGE".
  // Requires: not empty.
  [[nodiscard]] Error ToError() const;

 private:
  std::vector<Complaint> all_;  // bounded: the rest is only counted
  std::size_t left_out_ = 0;
};

// Joins a pointer and a key (made printable, escaped after RFC 6901, cut at 64
// bytes).
[[nodiscard]] std::string PointerTo(std::string_view base,
                                    std::string_view key);
[[nodiscard]] std::string PointerTo(std::string_view base, std::size_t index);

class ObjectReader {
 public:
  // Complains where `document` is no object; every getter then yields nothing
  // and stays silent. `document` and `complaints` must outlive the reader.
  ObjectReader(const Document& document, std::string pointer,
               Complaints& complaints);

  // Each getter marks the key as known. An absent key yields nothing; a value
  // of the wrong type yields nothing and one complaint. Required* complain
  // about an absent key too.
  [[nodiscard]] const Document* Find(std::string_view key);
  [[nodiscard]] std::optional<std::string> String(std::string_view key);
  [[nodiscard]] std::optional<std::string> RequiredString(std::string_view key);
  [[nodiscard]] std::optional<bool> Bool(std::string_view key);
  // Complains outside [low, high].
  [[nodiscard]] std::optional<std::int64_t> Integer(std::string_view key,
                                                    std::int64_t low,
                                                    std::int64_t high);
  [[nodiscard]] const Document::Array* Array(std::string_view key);
  [[nodiscard]] const Document::Object* Object(std::string_view key);
  [[nodiscard]] std::vector<std::string> Strings(std::string_view key);

  // A string that `parse` (std::string_view -> Result<T>) turns into a T; the
  // parser's message becomes the complaint.
  template <typename Parse>
  auto Parsed(std::string_view key, Parse parse) -> std::optional<
      typename decltype(parse(std::string_view()))::value_type> {
    const auto text = String(key);
    if (!text) return std::nullopt;
    auto value = parse(std::string_view(*text));
    if (value) return *std::move(value);
    Complain(key, value.error().message);
    return std::nullopt;
  }

  // Complains about every key that no getter asked for.
  void RefuseUnknownKeys();
  void Complain(std::string_view key, std::string message);
  void ComplainHere(std::string message);
  [[nodiscard]] std::string PointerOf(std::string_view key) const {
    return PointerTo(pointer_, key);
  }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] Complaints& complaints() { return complaints_; }

 private:
  void ComplainType(std::string_view key, std::string_view wanted,
                    const Document& found);

  const Document* object_ = nullptr;  // null where the document is no object
  std::string pointer_;
  Complaints& complaints_;
  std::vector<std::string> known_;
};

}  // namespace acceld
