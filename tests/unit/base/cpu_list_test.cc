#include "base/cpu_list.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace acceld {
namespace {

std::vector<int> Parsed(std::string_view text) {
  auto cpus = ParseCpuList(text);
  return cpus ? *cpus : std::vector<int>{-1};
}

TEST(CpuList, Ranges_Parsed_AreSortedAndUnique) {
  EXPECT_EQ(Parsed("0-3,8"), (std::vector<int>{0, 1, 2, 3, 8}));
  EXPECT_EQ(Parsed("8,2-3,3"), (std::vector<int>{2, 3, 8}));
  EXPECT_EQ(Parsed(""), std::vector<int>{});
}

TEST(CpuList, Garbage_Parsed_IsCorrupt) {
  for (const std::string_view text :
       {"a", "-", "1-", "-1", "3-1", "1,,2", "1,", ",1", "1 2", "0-65536",
        "99999999999999999999", "0x1", "1-2-3", " 1", "0-3:1/2"}) {
    const auto cpus = ParseCpuList(text);
    ASSERT_FALSE(cpus.has_value()) << text;
    EXPECT_EQ(cpus.error().code, ErrorCode::kCorruptInput) << text;
  }
}

TEST(CpuList, ManyWideRanges_Parsed_AreBounded) {
  std::string text = "0-65535";
  for (int i = 0; i < 100; ++i) text += ",0-65535";
  EXPECT_FALSE(ParseCpuList(text).has_value());
}

TEST(CpuList, Mask_Parsed_CountsWordsFromTheRight) {
  EXPECT_EQ(*ParseCpuMask("3"), (std::vector<int>{0, 1}));
  EXPECT_EQ(*ParseCpuMask("00000001,80000000"), (std::vector<int>{31, 32}));
  EXPECT_EQ(*ParseCpuMask("00000000,00000000"), std::vector<int>{});
}

TEST(CpuList, BadMask_Parsed_IsCorrupt) {
  for (const std::string_view text : {"", "g", "1,", ",1", "100000000", "-1"}) {
    EXPECT_FALSE(ParseCpuMask(text).has_value()) << text;
  }
}

RC_GTEST_PROP(CpuList, AnySet_FormattedAndParsed_IsTheSame, ()) {
  const auto drawn = *rc::gen::container<std::set<int>>(
      rc::gen::oneOf(rc::gen::inRange(0, 70), rc::gen::inRange(0, kMostCpus)));
  const std::vector<int> cpus(drawn.begin(), drawn.end());
  const auto parsed = ParseCpuList(FormatCpuList(cpus));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == cpus);
}

RC_GTEST_PROP(CpuList, AnyText_ParsedAndFormatted_IsAFixedPoint, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::element('0', '1', '7', '9', '-', ',', 'x'));
  const auto cpus = ParseCpuList(text);
  if (cpus) RC_ASSERT(*ParseCpuList(FormatCpuList(*cpus)) == *cpus);
}

}  // namespace
}  // namespace acceld
