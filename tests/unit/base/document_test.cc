#include "base/document.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace acceld {
namespace {

TEST(Document, Types_AreNamedAndKeptApart) {
  const std::pair<Document, std::string_view> expected[] = {
      {Document(), "null"},
      {Document(true), "boolean"},
      {Document(1), "integer"},
      {Document(1.0), "number"},
      {Document("1"), "string"},
      {Document(Document::Array{}), "array"},
      {Document(Document::Object{}), "object"}};
  for (const auto& [document, name] : expected) {
    EXPECT_EQ(document.TypeName(), name);
    EXPECT_EQ(document.AsBool() != nullptr, name == "boolean");
    EXPECT_EQ(document.AsInteger() != nullptr, name == "integer");
    EXPECT_EQ(document.AsReal() != nullptr, name == "number");
    EXPECT_EQ(document.AsString() != nullptr, name == "string");
    EXPECT_EQ(document.AsArray() != nullptr, name == "array");
    EXPECT_EQ(document.AsObject() != nullptr, name == "object");
  }
  const Document one = 1;
  for (const auto& [document, name] : expected) {
    EXPECT_EQ(document == one, name == "integer");
  }
}

TEST(Document, SetAndAppend_TurnNullIntoAContainer) {
  Document object;
  object.Set("b", 1);
  object.Set("a", "x");
  EXPECT_EQ(object.AsObject()->front().first, "b");
  EXPECT_EQ(*object.Find("a")->AsString(), "x");
  Document array;
  array.Append(object);
  array.Append(2);
  EXPECT_EQ(array.AsArray()->size(), 2U);
  EXPECT_EQ(array.Find("a"), nullptr);
}

}  // namespace
}  // namespace acceld
