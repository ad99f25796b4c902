#include "policy/selector.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "policy/selector_reader.h"
#include "policy/selector_text.h"
#include "tests/support/fake_attributes.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeAttributes;

Document Selecting(std::string attribute, std::string comparison,
                   Document operand) {
  Document document;
  document.Set("attribute", std::move(attribute));
  document.Set(std::move(comparison), std::move(operand));
  return document;
}

std::vector<std::string> PointersOf(const Document& document) {
  Complaints complaints;
  (void)ParseSelector(document, "/select/0", complaints);
  std::vector<std::string> pointers;
  for (const Complaint& complaint : complaints.all()) {
    pointers.push_back(complaint.pointer);
  }
  return pointers;
}

bool Holds(const Document& document) {
  static const FakeAttributes kDevice{
      {"vendor", std::string("8086")},
      {"driver", std::string("idxd")},
      {"instances", std::int64_t{16}},
      {"pasid_enabled", true},
      {"memory", Bytes(std::int64_t{16} << 30)},
      {"bandwidth", BytesPerSecond(8'000'000'000)},
      {"latency", Nanoseconds(2'000)},
      {"speed", MegaTransfers(16'000)},
      {"width", Lanes(16)},
      {"power", Microwatts(300'000'000)},
      {"functions", std::vector<std::string>{"copy", "compress/deflate"}},
  };
  Complaints complaints;
  const Selector selector = ParseSelector(document, "", complaints);
  EXPECT_TRUE(complaints.empty());
  return Matches(selector, kDevice);
}

bool Holds(std::string attribute, std::string comparison, Document operand) {
  return Holds(Selecting(std::move(attribute), std::move(comparison),
                         std::move(operand)));
}

Document Of(std::string op, Document parts) {
  return Document::Object{{std::move(op), std::move(parts)}};
}

// `depth` selectors around a comparison: one deeper than that.
Document Nested(std::size_t depth) {
  Document document = Selecting("driver", "equals", "idxd");
  for (std::size_t i = 0; i < depth; ++i) document = Of("not", document);
  return document;
}

const Document kTrue = Selecting("driver", "equals", "idxd");
const Document kFalse = Selecting("driver", "equals", "qat");

TEST(Selector, Equals_ComparesWithTheAttributesOwnType) {
  EXPECT_TRUE(Holds("vendor", "equals", "8086"));
  EXPECT_FALSE(Holds("vendor", "equals", 8086));
  EXPECT_TRUE(Holds("instances", "equals", 16));
  EXPECT_FALSE(Holds("instances", "equals", "16"));
  EXPECT_TRUE(Holds("pasid_enabled", "equals", true));
  EXPECT_FALSE(Holds("pasid_enabled", "equals", "true"));
  EXPECT_FALSE(Holds("pasid_enabled", "equals", 1));
}

TEST(Selector, EqualsOnQuantity_IgnoresHowItIsWritten) {
  EXPECT_TRUE(Holds("memory", "equals", "16384MiB"));
  EXPECT_FALSE(Holds("memory", "equals", "16GB"));
  EXPECT_TRUE(Holds("width", "equals", "x16"));
}

TEST(Selector, AtLeastAndAtMost_AreInclusiveInEveryUnit) {
  const std::vector<std::pair<std::string, Document>> equal_ones{
      {"instances", 16},  {"memory", "16GiB"}, {"bandwidth", "8GB/s"},
      {"latency", "2us"}, {"speed", "16GT/s"}, {"width", "x16"},
      {"power", "300W"},
  };
  for (const auto& [attribute, operand] : equal_ones) {
    EXPECT_TRUE(Holds(attribute, "at_least", operand)) << attribute;
    EXPECT_TRUE(Holds(attribute, "at_most", operand)) << attribute;
  }
  EXPECT_FALSE(Holds("memory", "at_least", "16.5GiB"));
  EXPECT_FALSE(Holds("memory", "at_most", "1MiB"));
  EXPECT_FALSE(Holds("instances", "at_least", 17));
  EXPECT_FALSE(Holds("instances", "at_most", 15));
}

TEST(Selector, OperandOfAnotherUnit_DoesNotMatch) {
  EXPECT_FALSE(Holds("memory", "at_least", "1ns"));
  EXPECT_FALSE(Holds("memory", "at_least", 1));
  EXPECT_FALSE(Holds("instances", "at_least", "1B"));
  EXPECT_FALSE(Holds("vendor", "at_least", 1));
  EXPECT_FALSE(Holds("vendor", "at_most", "1B"));
  EXPECT_FALSE(Holds("functions", "at_most", 7));
}

TEST(Selector, Range_IncludesBothEnds) {
  EXPECT_TRUE(Holds("memory", "range", Document::Array{"16GiB", "48GiB"}));
  EXPECT_TRUE(Holds("memory", "range", Document::Array{"1MiB", "16GiB"}));
  EXPECT_FALSE(Holds("memory", "range", Document::Array{"17GiB", "48GiB"}));
  EXPECT_FALSE(Holds("memory", "range", Document::Array{1, 2}));
  EXPECT_TRUE(Holds("instances", "range", Document::Array{16, 16}));
  EXPECT_FALSE(Holds("instances", "range", Document::Array{1, 15}));
}

TEST(Selector, AllAnyNot_AreOfOtherSelectors) {
  EXPECT_TRUE(Holds(Of("all", Document::Array{kTrue, kTrue})));
  EXPECT_FALSE(Holds(Of("all", Document::Array{kTrue, kFalse})));
  EXPECT_TRUE(Holds(Of("any", Document::Array{kFalse, kTrue})));
  EXPECT_FALSE(Holds(Of("any", Document::Array{kFalse, kFalse})));
  EXPECT_TRUE(Holds(Of("not", kFalse)));
  EXPECT_FALSE(Holds(Of("not", kTrue)));
  EXPECT_TRUE(Holds(Of("not", Of("any", Document::Array{kFalse}))));
}

TEST(Selector, NotOfWhatIsUnknown_Holds) {
  EXPECT_TRUE(Holds(Of("not", Selecting("no_such", "equals", "x"))));
}

TEST(Selector, In_HoldsForAnyOperand) {
  EXPECT_TRUE(Holds("driver", "in", Document::Array{"uacce", "idxd"}));
  EXPECT_FALSE(Holds("driver", "in", Document::Array{"uacce", "qat"}));
  EXPECT_TRUE(Holds("memory", "in", Document::Array{1, "16GiB"}));
  EXPECT_TRUE(Holds("functions", "in", Document::Array{"scan", "copy"}));
}

TEST(Selector, Glob_MatchesTextOrAnyElement) {
  EXPECT_TRUE(Holds("driver", "glob", "id*"));
  EXPECT_FALSE(Holds("driver", "glob", "d*"));
  EXPECT_TRUE(Holds("functions", "glob", "compress/*"));
  EXPECT_FALSE(Holds("instances", "glob", "*"));
}

TEST(Selector, Contains_IsForListsAndWholeElements) {
  EXPECT_TRUE(Holds("functions", "contains", "copy"));
  EXPECT_FALSE(Holds("functions", "contains", "compress"));
  EXPECT_FALSE(Holds("driver", "contains", "id"));
}

TEST(Selector, Exists_AsksForPresenceOnly) {
  EXPECT_TRUE(Holds("memory", "exists", true));
  EXPECT_FALSE(Holds("memory", "exists", false));
  EXPECT_TRUE(Holds("no_such", "exists", false));
}

TEST(Selector, UnknownAttribute_NeverMatches) {
  EXPECT_FALSE(Holds("no_such", "equals", "x"));
  EXPECT_FALSE(Holds("no_such", "glob", "*"));
  EXPECT_FALSE(Holds("no_such", "at_most", 1));
}

TEST(SelectorParsing, NoOrTwoComparisons_PointsAtTheSelector) {
  Document two = Selecting("driver", "equals", "idxd");
  two.Set("glob", "i*");
  EXPECT_EQ(PointersOf(two), std::vector<std::string>{"/select/0"});
  Document none;
  none.Set("attribute", "driver");
  EXPECT_EQ(PointersOf(none), std::vector<std::string>{"/select/0"});
}

TEST(SelectorParsing, NoObject_PointsAtTheSelector) {
  EXPECT_EQ(PointersOf("driver"), std::vector<std::string>{"/select/0"});
}

TEST(SelectorParsing, WrongOperand_PointsAtTheOperand) {
  const std::vector<std::pair<std::string, Document>> wrong{
      {"equals", 1.5},
      {"equals", Document::Array{}},
      {"equals", Document()},
      {"in", "idxd"},
      {"in", Document::Array{}},
      {"at_least", "banana"},
      {"at_least", true},
      {"at_most", 2.5},
      {"glob", 7},
      {"glob", ""},
      {"contains", true},
      {"exists", 1},
      {"range", "16GiB"},
      {"range", Document::Array{1}},
      {"range", Document::Array{1, 2, 3}},
      {"range", Document::Array{2, 1}},
      {"range", Document::Array{1, "16GiB"}},
      {"range", Document::Array{"1s", "16GiB"}},
      {"equals", std::string(300, 'x')},
  };
  for (const auto& [comparison, operand] : wrong) {
    EXPECT_EQ(PointersOf(Selecting("driver", comparison, operand)),
              std::vector<std::string>{"/select/0/" + comparison})
        << comparison;
  }
}

TEST(SelectorParsing, Depth_IsLimited) {
  EXPECT_TRUE(Holds(Nested(6)));
  EXPECT_TRUE(PointersOf(Nested(7)).empty());
  EXPECT_EQ(PointersOf(Nested(8)),
            std::vector<std::string>{"/select/0/not/not/not/not/not/not/not/"
                                     "not"});
}

TEST(SelectorParsing, TooManyComparisons_AreToldOnce) {
  Document::Array parts(3, Of("any", Document::Array(100, kTrue)));
  EXPECT_EQ(PointersOf(Of("all", std::move(parts))),
            std::vector<std::string>{"/select/0/all/2/any/56/equals"});
}

TEST(SelectorParsing, AllAnyNot_TakeNothingElse) {
  Document mixed = Of("not", kTrue);
  mixed.Set("attribute", "driver");
  EXPECT_EQ(PointersOf(mixed), std::vector<std::string>{"/select/0/attribute"});
  EXPECT_EQ(PointersOf(Of("all", Document::Array{})),
            std::vector<std::string>{"/select/0/all"});
  EXPECT_EQ(PointersOf(Of("any", kTrue)),
            std::vector<std::string>{"/select/0/any"});
  EXPECT_EQ(PointersOf(Of("not", Document::Array{kTrue})),
            std::vector<std::string>{"/select/0/not"});
  EXPECT_EQ(PointersOf(Of("all", Document::Array{kTrue, 7})),
            std::vector<std::string>{"/select/0/all/1"});
}

TEST(SelectorParsing, WrongElementOfIn_PointsAtTheElement) {
  const Document document =
      Selecting("driver", "in", Document::Array{"idxd", 1.5, Document()});
  EXPECT_EQ(PointersOf(document),
            (std::vector<std::string>{"/select/0/in/1", "/select/0/in/2"}));
}

TEST(SelectorParsing, UnknownKeyAndMissingAttribute_AreBothTold) {
  Document document;
  document.Set("atribute", "driver");
  document.Set("equals", "idxd");
  EXPECT_EQ(
      PointersOf(document),
      (std::vector<std::string>{"/select/0/attribute", "/select/0/atribute"}));
}

TEST(SelectorParsing, ListOfSelectors_PointsIntoTheArray) {
  Document document;
  document.Set("select", Document::Array{Selecting("a", "equals", "b"), 7});
  Complaints complaints;
  ObjectReader reader(document, "/stages/0", complaints);
  EXPECT_EQ(ParseSelectors(reader, "select").size(), 2U);
  ASSERT_EQ(complaints.all().size(), 1U);
  EXPECT_EQ(complaints.all()[0].pointer, "/stages/0/select/1");
}

TEST(SelectorText, EachComparison_ReadsLikeASentence) {
  Complaints complaints;
  const auto text = [&](const Document& document) {
    return ToText(ParseSelector(document, "", complaints));
  };
  EXPECT_EQ(text(Selecting("vendor", "equals", "8086")),
            "vendor equals \"8086\"");
  EXPECT_EQ(text(Selecting("driver", "in", Document::Array{"a", 1, true})),
            "driver in [\"a\", 1, true]");
  EXPECT_EQ(text(Selecting("memory", "exists", false)), "memory exists false");
  EXPECT_EQ(text(Selecting("memory", "range", Document::Array{"1B", "2B"})),
            "memory range [\"1B\", \"2B\"]");
  EXPECT_EQ(text(Of("any", Document::Array{kTrue, Of("not", kFalse)})),
            "any of (driver equals \"idxd\"; not (driver equals \"qat\"))");
}

}  // namespace
}  // namespace acceld::policy
