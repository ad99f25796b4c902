// Members of documents that others made, read one by one where a mistake is
// taken for absence. Where mistakes are to be told: document_reader.h.
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/document.h"

namespace acceld {

// A member of `object` that is a text; null where there is none.
[[nodiscard]] const std::string* FindText(const Document& object,
                                          std::string_view key);
// The same; "" where there is none.
[[nodiscard]] std::string TextIn(const Document& object, std::string_view key);
// A member that is an array; an empty one where there is none.
[[nodiscard]] const Document::Array& ArrayIn(const Document& object,
                                             std::string_view key);

}  // namespace acceld
