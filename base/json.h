// JSON text <-> Document. The only place that includes a JSON library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/document.h"
#include "base/result.h"

namespace acceld {

// What a text may be at most; checked while parsing, before anything is built.
struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 32;
  std::size_t elements = 65536;  // values in the whole document
  std::size_t string_bytes = 65536;
};

// Parses one JSON text (RFC 8259), comments not allowed. Refuses duplicate
// keys, numbers outside int64_t/double, invalid UTF-8 and trailing text.
// Errors: kInvalidArgument with "line L, column C" or a JSON pointer.
[[nodiscard]] Result<Document> ParseJson(std::string_view text,
                                         const JsonLimits& limits = {});

enum class JsonStyle { kCompact, kPretty };

// Prints a document as JSON. Invalid UTF-8 is replaced, never refused.
[[nodiscard]] std::string PrintJson(const Document& document,
                                    JsonStyle style = JsonStyle::kCompact);

}  // namespace acceld
