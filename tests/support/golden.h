// Goldens: exact texts under tests/fixtures/. Tests only.
//
// To write them anew after a wanted change, and then read the difference:
//   ACCELD_WRITE_GOLDENS=1 bazel run //tests/unit/ROOM:UNIT_test
#pragma once

#include <string>
#include <string_view>

namespace acceld::testing {

// Fails the running test where `text` is not the content of
// tests/fixtures/`name`. Requires: the file is among the test's data.
void ExpectGolden(std::string_view text, const std::string& name);

}  // namespace acceld::testing
