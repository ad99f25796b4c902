// What each format makes of one small machine, byte by byte. After a wanted
// change, write them anew (tests/support/golden.h) and look at the picture.
#include <gtest/gtest.h>

#include <string>

#include "graph/export/formats.h"
#include "tests/support/bench_machine.h"
#include "tests/support/golden.h"

namespace acceld::graph::exports {
namespace {

class Formats : public ::testing::TestWithParam<Format> {};

// The style is the same in every file, and not what these are about.
std::string WithoutStyle(std::string text) {
  const std::size_t start = text.find("<style>");
  const std::size_t end = text.find("</style>");
  if (start == std::string::npos || end == std::string::npos) return text;
  return text.erase(start, end - start);
}

TEST_P(Formats, SmallMachine_GivesTheGoldenText) {
  const auto topology = acceld::testing::BenchMachine().Build();
  acceld::testing::ExpectGolden(
      WithoutStyle(ExportText(*topology, GetParam(), {.name = "bench"})),
      "export/bench." + std::string(Name(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Each, Formats,
                         ::testing::Values(Format::kSvg, Format::kDot,
                                           Format::kGraphml),
                         [](const auto& test) {
                           return std::string(Name(test.param));
                         });

}  // namespace
}  // namespace acceld::graph::exports
