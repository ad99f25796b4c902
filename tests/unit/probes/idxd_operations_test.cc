#include "probes/idxd_operations.h"

#include <gtest/gtest.h>

#include "api/functions.h"

namespace acceld::probes {
namespace {

using Words = std::vector<std::string>;

TEST(IdxdOperations, BitmapOfTheKernel_HasTheHighestGroupFirst) {
  const auto operations = ParseIdxdOperations(
      "00000000,00000000,00000000,00000000,00000000,00000000,00000001,"
      "003f03ff");
  ASSERT_TRUE(operations);
  EXPECT_EQ(operations->count(), 17U);
  EXPECT_TRUE(operations->test(0x15));
  EXPECT_TRUE(operations->test(0x20));
  EXPECT_FALSE(operations->test(0x0a));
}

TEST(IdxdOperations, NumbersOfAnOlderKernel_HaveTheLowestFirst) {
  const auto operations = ParseIdxdOperations("0xd 0x1f331c 0 0");
  ASSERT_TRUE(operations);
  EXPECT_TRUE(operations->test(0x03));
  EXPECT_TRUE(operations->test(0x42));
  EXPECT_TRUE(operations->test(0x54));
  EXPECT_FALSE(operations->test(0x80));
}

TEST(IdxdOperations, OtherText_IsCorrupt) {
  for (const char* text :
       {"", "banana", "0x", "00000000,", "123456789", "0x1 0x2 0x3 0x4 0x5",
        "1,2,3,4,5,6,7,8,9", "-1", "0x10000000000000000 0 0 0", "1 , 2"}) {
    const auto operations = ParseIdxdOperations(text);
    ASSERT_FALSE(operations) << text;
    EXPECT_EQ(operations.error().code, ErrorCode::kCorruptInput) << text;
  }
}

TEST(IdxdOperations, SameOpcode_IsAnotherOperationOnEachKind) {
  IdxdOperations operations;
  operations.set(0x03).set(0x10).set(0x43);
  EXPECT_EQ(IdxdOperationNames(IdxdKind::kDsa, operations),
            (Words{"memmove", "crcgen"}));
  EXPECT_EQ(IdxdOperationNames(IdxdKind::kIaa, operations),
            (Words{"memmove", "compress"}));
  EXPECT_EQ(IdxdFunctions(IdxdKind::kDsa, operations),
            (Words{"checksum/crc32c", "copy"}));
  EXPECT_EQ(IdxdFunctions(IdxdKind::kIaa, operations),
            (Words{"compress/deflate", "copy"}));
}

TEST(IdxdOperations, EveryFunction_IsInTheVocabulary) {
  for (const std::string_view function : MappedIdxdFunctions()) {
    EXPECT_TRUE(api::IsFunction(function)) << function;
  }
}

}  // namespace
}  // namespace acceld::probes
