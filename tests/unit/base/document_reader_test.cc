#include "base/document_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "base/units.h"
#include "base/utf8.h"

namespace acceld {
namespace {

class DocumentReader : public ::testing::Test {
 protected:
  // A reader of the object that `json` says.
  ObjectReader Read(const std::string& json) {
    document_ = ParseJson(json).value();
    return {document_, "/at", complaints_};
  }
  [[nodiscard]] std::vector<std::string> Places() const {
    std::vector<std::string> places;
    for (const Complaint& complaint : complaints_.all()) {
      places.push_back(complaint.pointer);
    }
    return places;
  }

  Document document_;
  Complaints complaints_;
};

using Strings = std::vector<std::string>;

TEST_F(DocumentReader, GoodValues_AreReadWithoutComplaint) {
  ObjectReader reader = Read(
      R"({"s": "x", "b": true, "i": 3, "a": [1], "o": {}, "l": ["p", "q"],
          "u": "4KiB"})");
  EXPECT_EQ(reader.RequiredString("s"), "x");
  EXPECT_EQ(reader.Bool("b"), true);
  EXPECT_EQ(reader.Integer("i", 3, 3), 3);
  EXPECT_NE(reader.Array("a"), nullptr);
  EXPECT_NE(reader.Object("o"), nullptr);
  EXPECT_EQ(reader.Strings("l"), (Strings{"p", "q"}));
  EXPECT_EQ(reader.Parsed("u", ParseBytes), Bytes(4096));
  reader.RefuseUnknownKeys();
  EXPECT_TRUE(complaints_.empty());
}

TEST_F(DocumentReader, AbsentKeys_AreSilentUnlessRequired) {
  ObjectReader reader = Read("{}");
  EXPECT_FALSE(reader.String("s"));
  EXPECT_FALSE(reader.Bool("b"));
  EXPECT_FALSE(reader.Integer("i", 0, 1));
  EXPECT_EQ(reader.Array("a"), nullptr);
  EXPECT_TRUE(reader.Strings("l").empty());
  EXPECT_FALSE(reader.Parsed("u", ParseBytes));
  EXPECT_TRUE(complaints_.empty());
  EXPECT_FALSE(reader.RequiredString("r"));
  EXPECT_EQ(Places(), Strings{"/at/r"});
}

TEST_F(DocumentReader, WrongTypes_ComplainOnceEach) {
  ObjectReader reader = Read(
      R"({"s": 1, "b": "true", "i": 1.5, "a": {}, "o": [], "l": ["p", 2],
          "u": "lots"})");
  EXPECT_FALSE(reader.RequiredString("s"));
  EXPECT_FALSE(reader.Bool("b"));
  EXPECT_FALSE(reader.Integer("i", 0, 9));
  EXPECT_EQ(reader.Array("a"), nullptr);
  EXPECT_EQ(reader.Object("o"), nullptr);
  EXPECT_EQ(reader.Strings("l"), Strings{"p"});
  EXPECT_FALSE(reader.Parsed("u", ParseBytes));
  EXPECT_EQ(Places(), (Strings{"/at/s", "/at/b", "/at/i", "/at/a", "/at/o",
                               "/at/l/1", "/at/u"}));
}

TEST_F(DocumentReader, IntegersOutsideTheRange_Complain) {
  ObjectReader reader = Read(R"({"low": -1, "high": 10})");
  EXPECT_FALSE(reader.Integer("low", 0, 9));
  EXPECT_FALSE(reader.Integer("high", 0, 9));
  EXPECT_EQ(Places(), (Strings{"/at/low", "/at/high"}));
}

TEST_F(DocumentReader, UnknownKeys_AreAllTold) {
  ObjectReader reader = Read(R"({"known": 1, "x": 1, "y": 2})");
  (void)reader.Find("known");
  reader.RefuseUnknownKeys();
  EXPECT_EQ(Places(), (Strings{"/at/x", "/at/y"}));
}

TEST_F(DocumentReader, NoObject_ComplainsOnceAndStaysSilent) {
  ObjectReader reader = Read("[1]");
  EXPECT_FALSE(reader.RequiredString("s"));
  EXPECT_FALSE(reader.Integer("i", 0, 1));
  reader.RefuseUnknownKeys();
  EXPECT_EQ(Places(), Strings{"/at"});
}

TEST(Pointer, Keys_AreEscapedAfterRfc6901) {
  EXPECT_EQ(PointerTo("", "a/b"), "/a~1b");
  EXPECT_EQ(PointerTo("/x", "a~b"), "/x/a~0b");
  EXPECT_EQ(PointerTo("/x", "~1"), "/x/~01");
  EXPECT_EQ(PointerTo("/x", std::size_t{7}), "/x/7");
}

TEST(Pointer, HostileKeys_AreCutAndMadeSafe) {
  EXPECT_EQ(PointerTo("", "a\x1b\n\x7f"), "/a???");
  EXPECT_EQ(PointerTo("", std::string(500, 'a')).size(), 65U);
  // 63 bytes and then a character of two: it does not fit, whole or in part.
  const std::string key = std::string(63, 'a') + "\xc3\xa9";
  EXPECT_EQ(PointerTo("", key), "/" + std::string(63, 'a'));
}

TEST(ComplaintList, Error_HasOneLineForEach) {
  Complaints complaints;
  complaints.Add("", "whole");
  complaints.Add("/a", "part");
  const Error error = complaints.ToError();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error.message, "/: whole\n/a: part");
}

TEST(ComplaintList, VeryMany_AreBoundedAndCounted) {
  Complaints complaints;
  for (int i = 0; i < 1000; ++i) complaints.Add("/a", "wrong");
  EXPECT_EQ(complaints.all().size(), 64U);
  EXPECT_NE(complaints.ToError().message.find("936 more"), std::string::npos);
}

TEST(ComplaintList, HostileMessages_AreMadeSafe) {
  Complaints complaints;
  complaints.Add("/a", "\x1b[2J\xff" + std::string(100'000, 'x'));
  const std::string& message = complaints.all()[0].message;
  EXPECT_TRUE(IsUtf8(message));
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LE(message.size(), 1024U);
}

}  // namespace
}  // namespace acceld
