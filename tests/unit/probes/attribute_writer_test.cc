#include "probes/attribute_writer.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

constexpr const char* kKey = "accelerator:a";

class AttributeWriterTest : public ::testing::Test {
 protected:
  AttributeWriterTest()
      : root_(tree_.root()),
        reader_(root_, facts_),
        writer_(reader_, kKey, "sys/device") {
    tree_.AddFile("sys/device/text", "one\x07two\n");
    tree_.AddFile("sys/device/empty", "\n");
    tree_.AddFile("sys/device/number", "42\n");
    tree_.AddFile("sys/device/flag", "1\n");
  }

  SysTree tree_;
  SysRoot root_;
  FactSet facts_;
  FactReader reader_;
  AttributeWriter writer_;
};

TEST_F(AttributeWriterTest, Copies_HaveTheirTypesAndTheFileTheyCameFrom) {
  EXPECT_EQ(writer_.CopyInteger("number", "count"), 42);
  EXPECT_EQ(writer_.CopyBytes("number", "size"), Bytes(42));
  EXPECT_EQ(writer_.CopyFlag("flag", "on"), true);
  EXPECT_TRUE(writer_.CopyText("text", "words"));
  EXPECT_EQ(FindAttribute(facts_, kKey, "count")->value,
            AttributeValue(std::int64_t{42}));
  EXPECT_EQ(FindAttribute(facts_, kKey, "size")->value,
            AttributeValue(Bytes(42)));
  EXPECT_EQ(FindAttribute(facts_, kKey, "on")->value, AttributeValue(true));
  EXPECT_EQ(TextOf(facts_, kKey, "words").find('\x07'), std::string::npos);
  EXPECT_EQ(FindAttribute(facts_, kKey, "count")->from,
            (Provenance{Evidence::kFirmware, "/sys/device/number"}));
}

TEST_F(AttributeWriterTest, WhatIsAbsentOrEmpty_IsNothing) {
  EXPECT_EQ(writer_.CopyText("empty", "words"), std::nullopt);
  EXPECT_EQ(writer_.CopyText("absent", "words"), std::nullopt);
  EXPECT_EQ(writer_.CopyInteger("absent", "count"), std::nullopt);
  EXPECT_EQ(writer_.CopyBytes("absent", "size"), std::nullopt);
  EXPECT_EQ(writer_.CopyFlag("absent", "on"), std::nullopt);
  EXPECT_TRUE(facts_.attributes.empty());
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(AttributeWriterTest, WhatIsNotOfTheForm_IsAFaultAndNothing) {
  EXPECT_EQ(writer_.CopyFlag("number", "on"), std::nullopt);
  EXPECT_EQ(writer_.CopyBytes("text", "size"), std::nullopt);
  EXPECT_EQ(writer_.CopyInteger("number", "count", 0, 41), std::nullopt);
  EXPECT_TRUE(facts_.attributes.empty());
  EXPECT_EQ(facts_.faults.size(), 3U);
  EXPECT_EQ(FaultAt(facts_, "/sys/device/text"), ErrorCode::kCorruptInput);
}

}  // namespace
}  // namespace acceld::probes
