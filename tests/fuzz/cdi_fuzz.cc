// Whatever the bytes of a spec file: no crash, a refusal is printable, and what
// is accepted is printed as a spec that reads the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "integrations/cdi/spec.h"
#include "integrations/cdi/spec_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto spec = acceld::cdi::ParseSpec(text);
  if (!spec) {
    ACCELD_CHECK(acceld::IsUtf8(spec.error().message));
    return 0;
  }
  const auto printed = acceld::cdi::PrintSpec(*spec);
  ACCELD_CHECK(printed.has_value());
  // Indentation may take it over the reader's limit.
  const auto again = acceld::cdi::ParseSpec(*printed);
  if (!again) return 0;
  const auto same = acceld::cdi::PrintSpec(*again);
  ACCELD_CHECK(same.has_value() && *same == *printed);
  return 0;
}
