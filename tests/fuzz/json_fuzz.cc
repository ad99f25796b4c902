// Whatever the bytes: no crash, a refusal is printable, and what is accepted
// survives printing and parsing again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/document.h"
#include "base/json.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using acceld::JsonStyle;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = acceld::ParseJson(text);
  if (!document) {
    ACCELD_CHECK(acceld::IsUtf8(document.error().message));
    return 0;
  }
  acceld::JsonLimits limits;
  limits.bytes *= 64;  // escapes and indentation make it longer
  for (JsonStyle style : {JsonStyle::kCompact, JsonStyle::kPretty}) {
    const auto again =
        acceld::ParseJson(acceld::PrintJson(*document, style), limits);
    ACCELD_CHECK(again.has_value());
    ACCELD_CHECK(*again == *document);
  }
  return 0;
}
