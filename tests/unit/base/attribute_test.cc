#include "base/attribute.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace acceld {
namespace {

using List = std::vector<std::string>;

TEST(AttributeValue, Text_IsWhatPeopleRead) {
  EXPECT_EQ(ToText(true), "true");
  EXPECT_EQ(ToText(false), "false");
  EXPECT_EQ(ToText(std::int64_t{-3}), "-3");
  EXPECT_EQ(ToText(std::string("8086")), "8086");
  EXPECT_EQ(ToText(List{"copy", "fill"}), "copy,fill");
  EXPECT_EQ(ToText(List{}), "");
  EXPECT_EQ(ToText(Bytes(1024)), "1KiB");
  EXPECT_EQ(ToText(BytesPerSecond(1'000'000'000)), "1GB/s");
  EXPECT_EQ(ToText(Nanoseconds(5)), "5ns");
  EXPECT_EQ(ToText(MegaTransfers(16'000)), "16GT/s");
  EXPECT_EQ(ToText(Microwatts(75'000'000)), "75W");
  EXPECT_EQ(ToText(Lanes(4)), "x4");
}

TEST(AttributeValue, Document_KeepsPlainTypesAndNamesUnits) {
  EXPECT_EQ(ToDocument(true), Document(true));
  EXPECT_EQ(ToDocument(std::int64_t{7}), Document(7));
  EXPECT_EQ(ToDocument(std::string("7")), Document("7"));
  EXPECT_EQ(ToDocument(List{"a"}), Document(Document::Array{"a"}));
  EXPECT_EQ(ToDocument(List{}), Document(Document::Array{}));
  EXPECT_EQ(ToDocument(Bytes(1024)), Document("1KiB"));
  EXPECT_EQ(ToDocument(Lanes(4)), Document("x4"));
}

TEST(Evidence, Names_SurviveTheRoundTrip) {
  for (Evidence evidence : {Evidence::kMeasured, Evidence::kFirmware,
                            Evidence::kComputed, Evidence::kAssumed}) {
    EXPECT_EQ(ParseEvidence(EvidenceName(evidence)), evidence);
  }
  EXPECT_FALSE(ParseEvidence("guessed"));
  EXPECT_FALSE(ParseEvidence(""));
}

TEST(Evidence, Order_IsBestFirst) {
  EXPECT_LT(Evidence::kMeasured, Evidence::kFirmware);
  EXPECT_LT(Evidence::kFirmware, Evidence::kComputed);
  EXPECT_LT(Evidence::kComputed, Evidence::kAssumed);
}

}  // namespace
}  // namespace acceld
