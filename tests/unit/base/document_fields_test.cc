#include "base/document_fields.h"

#include <gtest/gtest.h>

#include "base/document.h"

namespace acceld {
namespace {

TEST(DocumentFields, OfTheWantedType_AreFound) {
  const Document object =
      Document::Object{{"text", "a"}, {"list", Document::Array{1, 2}}};
  ASSERT_NE(FindText(object, "text"), nullptr);
  EXPECT_EQ(*FindText(object, "text"), "a");
  EXPECT_EQ(TextIn(object, "text"), "a");
  EXPECT_EQ(ArrayIn(object, "list").size(), 2U);
}

TEST(DocumentFields, OfAnotherTypeOrNone_AreAbsent) {
  const Document object = Document::Object{{"text", 7}, {"list", "a"}};
  for (const Document& one : {object, Document(), Document("text")}) {
    EXPECT_EQ(FindText(one, "text"), nullptr);
    EXPECT_EQ(TextIn(one, "text"), "");
    EXPECT_TRUE(ArrayIn(one, "list").empty());
  }
}

}  // namespace
}  // namespace acceld
