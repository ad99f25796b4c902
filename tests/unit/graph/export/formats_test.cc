#include "graph/export/formats.h"

#include <gtest/gtest.h>

#include "tests/support/bench_machine.h"

namespace acceld::graph::exports {
namespace {

TEST(FormatOfPath_KnownEndings, AreFormats) {
  EXPECT_EQ(FormatOfPath("machine.svg"), Format::kSvg);
  EXPECT_EQ(FormatOfPath("/a.b/c.tar.HTML"), Format::kHtml);
  EXPECT_EQ(FormatOfPath("x.dot"), Format::kDot);
  EXPECT_EQ(FormatOfPath("x.graphml"), Format::kGraphml);
  EXPECT_EQ(FormatOfPath(".json"), Format::kJson);
}

TEST(FormatOfPath_OtherEndings, AreNone) {
  for (const char* path :
       {"", "-", "svg", "a.svg/b", "a.pdf", "a.", "a.svg "}) {
    EXPECT_EQ(FormatOfPath(path), std::nullopt) << path;
  }
}

TEST(FormatNames_Each, IsAFormat) {
  for (const Format format : {Format::kJson, Format::kSvg, Format::kHtml,
                              Format::kDot, Format::kGraphml}) {
    EXPECT_EQ(ParseFormat(Name(format)), format);
    EXPECT_NE(FormatNames().find(Name(format)), std::string::npos);
  }
}

TEST(ExportText_AnyFormat, NamesTheMachineAndItsThings) {
  const auto topology = acceld::testing::BenchMachine().Build();
  for (const Format format : {Format::kJson, Format::kSvg, Format::kHtml,
                              Format::kDot, Format::kGraphml}) {
    const std::string text = ExportText(*topology, format, {.name = "bench&"});
    EXPECT_NE(text.find("bench&"), std::string::npos) << Name(format);
    EXPECT_NE(text.find("accelerator:c"), std::string::npos) << Name(format);
  }
}

TEST(ExportText_NoMachine, IsAFileAllTheSame) {
  const auto topology = acceld::testing::MachineFacts().Build();
  for (const Format format : {Format::kJson, Format::kSvg, Format::kHtml,
                              Format::kDot, Format::kGraphml}) {
    EXPECT_FALSE(ExportText(*topology, format).empty()) << Name(format);
  }
}

}  // namespace
}  // namespace acceld::graph::exports
