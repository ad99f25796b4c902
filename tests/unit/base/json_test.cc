#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace acceld {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// The message of the fault that `text` must be refused with.
std::string Refusal(std::string_view text, const JsonLimits& limits = {}) {
  const auto document = ParseJson(text, limits);
  if (document) {
    ADD_FAILURE() << "parsed: " << Printable(text);
    return {};
  }
  EXPECT_EQ(document.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(IsUtf8(document.error().message));
  EXPECT_LT(document.error().message.size(), 1000U);
  return document.error().message;
}

Document Parsed(std::string_view text, const JsonLimits& limits = {}) {
  auto document = ParseJson(text, limits);
  if (document) return *std::move(document);
  ADD_FAILURE() << document.error().message;
  return {};
}

TEST(Json, EveryType_IsKept) {
  const Document document = Parsed(
      R"({"n": null, "t": true, "i": -7, "r": 1.5, "s": "a\u00e9\n",
          "a": [1, [], {}], "o": {"x": 1}})");
  EXPECT_TRUE(document.Find("n")->is_null());
  EXPECT_EQ(*document.Find("t")->AsBool(), true);
  EXPECT_EQ(*document.Find("i")->AsInteger(), -7);
  EXPECT_EQ(*document.Find("r")->AsReal(), 1.5);
  EXPECT_EQ(*document.Find("s")->AsString(), "a\xc3\xa9\n");
  EXPECT_EQ(document.Find("a")->AsArray()->size(), 3U);
  EXPECT_EQ(*document.Find("o")->Find("x")->AsInteger(), 1);
  EXPECT_EQ(document.Find("absent"), nullptr);
}

TEST(Json, PrintedText_ParsesToTheSame) {
  const std::string text =
      R"({"z":[1,-2,9223372036854775807,null,true,"\"\\\u0001"],"a":{"b":{}}})";
  const Document document = Parsed(text);
  EXPECT_EQ(PrintJson(document), text);
  EXPECT_EQ(Parsed(PrintJson(document, JsonStyle::kPretty)), document);
}

TEST(Json, OrderOfKeys_IsKept) {
  EXPECT_EQ(PrintJson(Parsed(R"({"b":1,"a":2,"c":3})")),
            R"({"b":1,"a":2,"c":3})");
}

TEST(Json, DepthBomb_IsRefusedAtOnce) {
  EXPECT_THAT(Refusal(std::string(1'000'000, '[')), HasSubstr("too deeply"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects.append(R"({"a":)");
  EXPECT_THAT(Refusal(objects), HasSubstr("too deeply"));
}

TEST(Json, DepthLimit_IsExact) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ParseJson(nested(32)).has_value());
  EXPECT_FALSE(ParseJson(nested(33)).has_value());
}

TEST(Json, DuplicateKeys_AreRefusedWithTheirPlace) {
  EXPECT_THAT(Refusal(R"({"a": {"b": 1, "b": 2}})"), HasSubstr("'b'"));
  EXPECT_THAT(Refusal(R"({"a": 1, "\u0061": 2})"), HasSubstr("'a'"));
  EXPECT_TRUE(ParseJson(R"([{"a": 1}, {"a": 2}])").has_value());
}

TEST(Json, ObjectWithVeryManyKeys_TakesNoQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 65'000; ++i) {
    text.append("\"k").append(std::to_string(i)).append("\":0,");
  }
  text.append("\"last\":1}");
  const Document document = Parsed(text);
  EXPECT_EQ(document.AsObject()->size(), 65'001U);
  EXPECT_EQ(PrintJson(document), text);
}

TEST(Json, NumbersThatAreNone_AreRefused) {
  for (const char* text : {"NaN", "Infinity", "-Infinity", "nan", "1e999",
                           "-1e999", "+1", "01", ".5", "1.", "0x10", "1_000"}) {
    (void)Refusal(text);
  }
}

TEST(Json, Integers_MustFitSixtyFourBits) {
  EXPECT_EQ(*Parsed("9223372036854775807").AsInteger(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*Parsed("-9223372036854775808").AsInteger(),
            std::numeric_limits<std::int64_t>::min());
  for (const char* text :
       {"9223372036854775808", "18446744073709551615", "18446744073709551616",
        "-9223372036854775809", "100000000000000000000000000"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("out of range")) << text;
  }
}

TEST(Json, LargeText_IsRefusedBeforeItIsRead) {
  const std::string text = "\"" + std::string(30 * kMebibyte, 'a') + "\"";
  EXPECT_THAT(Refusal(text), HasSubstr("larger than"));
}

TEST(Json, LongStringsAndKeys_AreRefused) {
  JsonLimits limits;
  limits.bytes = 4 * kMebibyte;
  const std::string text = "\"" + std::string(2 * kMebibyte, 'a') + "\"";
  EXPECT_THAT(Refusal(text, limits), HasSubstr("string too long"));
  EXPECT_THAT(Refusal("{" + text + ":1}", limits), HasSubstr("key too long"));
}

TEST(Json, TooManyElements_AreRefused) {
  JsonLimits limits;
  limits.elements = 4;
  EXPECT_TRUE(ParseJson("[1,2,3]", limits).has_value());
  EXPECT_THAT(Refusal("[1,2,3,4]", limits), HasSubstr("too many"));
}

TEST(Json, BadUtf8_IsRefusedAndNotRepeated) {
  for (std::string_view text :
       {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
        "{\"\xff\": 1}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\xff"}) {
    (void)Refusal(text);
  }
}

TEST(Json, TrailingText_IsRefused) {
  for (std::string_view text : {"{} {}", "1 2", "[],", "{}x", "\"a\"\"b\""}) {
    (void)Refusal(text);
  }
  EXPECT_TRUE(ParseJson(" \t\r\n{} \n").has_value());
}

TEST(Json, TextAfterANul_IsNotOverlooked) {
  (void)Refusal(std::string_view("{}\0{\"a\":1}", 10));
  (void)Refusal(std::string_view("{}\0", 3));
  (void)Refusal(std::string_view("\"a\0b\"", 5));
  EXPECT_EQ(*Parsed(R"("a\u0000b")").AsString(), std::string("a\0b", 3));
}

TEST(Json, BrokenTexts_AreRefused) {
  for (std::string_view text :
       {"", " ", "{", "}", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a: 1}", "'a'",
        "// c\n1", "/* c */ 1", "tru", "\"", "\"\\x\"", "\"\n\"", "[1 2]"}) {
    (void)Refusal(text);
  }
}

TEST(Json, PrintingBadUtf8_ReplacesIt) {
  const std::string text =
      PrintJson(Document("a\xff"
                         "b"));
  EXPECT_TRUE(IsUtf8(text));
  EXPECT_TRUE(ParseJson(text).has_value());
}

TEST(Json, PrintingWhatIsNoNumber_IsStillJson) {
  for (double value : {std::numeric_limits<double>::infinity(),
                       std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(PrintJson(Document(value)), "null");
  }
}

}  // namespace
}  // namespace acceld
