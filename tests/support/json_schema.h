// A published JSON Schema (draft 7), for tests that compare it with the parser
// and the manual of the same document.
#pragma once

#include <memory>
#include <set>
#include <string>

namespace acceld::testing {

class JsonSchema {
 public:
  // Reads the schema; a file that is none fails the test.
  explicit JsonSchema(const std::string& path);
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  // Whether the JSON text is valid. Types are compared strictly: "1" is no 1.
  [[nodiscard]] bool Accepts(const std::string& text) const;
  // The names of all properties, at any depth.
  [[nodiscard]] std::set<std::string> Keys() const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace acceld::testing
