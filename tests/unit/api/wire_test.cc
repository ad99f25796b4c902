#include "api/wire.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "api/error_names.h"

namespace acceld::api {
namespace {

using Object = Document::Object;
using Array = Document::Array;

using Dictionary = std::map<std::string, sdbus::Variant>;

// How the next message is read: a variant gives its message away only to a
// type that reads itself, and makes that type without arguments.
struct Read {
  WireDocument wire;
  static inline WireDocument next;
};

sdbus::Message& operator>>(sdbus::Message& message, Read& read) {
  read.wire = Read::next;
  return message >> read.wire;
}

}  // namespace
}  // namespace acceld::api

template <>
struct sdbus::signature_of<acceld::api::Read> {
  [[maybe_unused]] static constexpr bool is_valid = true;
  static std::string str() { return "a{sv}"; }
};

namespace acceld::api {
namespace {

// What arrives when a peer sends `sent`, an a{sv} in whatever types.
template <typename Sent>
Result<Document> Receive(const Sent& sent, const WireLimits& limits = {}) {
  Read::next = WireDocument{.document = {}, .limits = limits};
  try {
    return sdbus::Variant(sent).template get<Read>().wire.document;
  } catch (const sdbus::Error& error) {
    return Fail(CodeOfErrorName(error.getName()), error.getMessage());
  }
}

Result<Document> RoundTrip(const Document& document) {
  return Receive(AsWire(document));
}

// What a peer sees that reads variants.
Dictionary Sent(const Document& document) {
  return sdbus::Variant(AsWire(document)).get<Dictionary>();
}

template <typename T>
Result<Document> Convert(const T& value, const WireLimits& limits = {}) {
  return Receive(Dictionary{{"k", sdbus::Variant(value)}}, limits);
}

template <typename T>
void ExpectRefused(const T& value, std::string_view pointer,
                   const WireLimits& limits = {}) {
  const auto document = Convert(value, limits);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(
      document.error().message.starts_with(std::string(pointer).append(":")))
      << document.error().message;
}

Document One(Document value) { return Object{{"k", std::move(value)}}; }

TEST(ReadTest, BasicTypes_OfEveryWidth_KeepTheirValue) {
  EXPECT_EQ(Convert(true), One(true));
  EXPECT_EQ(Convert(std::uint8_t{250}), One(250));
  EXPECT_EQ(Convert(std::int16_t{-251}), One(-251));
  EXPECT_EQ(Convert(std::uint16_t{65002}), One(65002));
  EXPECT_EQ(Convert(std::int32_t{-70003}), One(-70003));
  EXPECT_EQ(Convert(std::uint32_t{4000000004}), One(std::int64_t{4000000004}));
  EXPECT_EQ(Convert(std::int64_t{-5000000005}), One(std::int64_t{-5000000005}));
  EXPECT_EQ(Convert(std::uint64_t{6000000006}), One(std::int64_t{6000000006}));
  EXPECT_EQ(Convert(2.5), One(2.5));
  EXPECT_EQ(Convert(std::string("text")), One("text"));
  EXPECT_EQ(Convert(sdbus::ObjectPath("/a/b")), One("/a/b"));
  EXPECT_EQ(Convert(sdbus::Signature("a{sv}")), One("a{sv}"));
}

// What Python's dbus module sends: lists of dictionaries become aa{sv} where
// told so, aa{ss} or aa{si} where it guesses; ints i or x; lists as, ai, av.
TEST(ReadTest, Containers_AsBindingsGuessThem_BecomeObjectsAndArrays) {
  const std::vector<Dictionary> stages{
      {{"name", sdbus::Variant(std::string("pack"))},
       {"count", sdbus::Variant(std::int32_t{2})}},
      {{"name", sdbus::Variant(std::string("sum"))}}};
  EXPECT_EQ(Convert(stages), One(Array{Object{{"count", 2}, {"name", "pack"}},
                                       Object{{"name", "sum"}}}));
  using Strings = std::map<std::string, std::string>;
  EXPECT_EQ(Convert(Strings{{"a", "1"}}), One(Object{{"a", "1"}}));
  EXPECT_EQ(Convert(std::vector<Strings>{{{"a", "1"}}, {{"b", "2"}}}),
            One(Array{Object{{"a", "1"}}, Object{{"b", "2"}}}));
  using Numbers = std::map<std::string, std::int32_t>;
  EXPECT_EQ(Convert(std::vector<Numbers>{{{"a", 1}}}),
            One(Array{Object{{"a", 1}}}));
  EXPECT_EQ(Convert(std::vector<std::string>{"x", "y"}), One(Array{"x", "y"}));
  EXPECT_EQ(Convert(std::vector<std::vector<std::string>>{{"x"}, {}, {"y"}}),
            One(Array{Array{"x"}, Array{}, Array{"y"}}));
  EXPECT_EQ(Convert(std::vector<sdbus::Variant>{
                sdbus::Variant(true), sdbus::Variant(std::string("z"))}),
            One(Array{true, "z"}));
  EXPECT_EQ(Convert(Dictionary{}), One(Object{}));
  EXPECT_EQ(Convert(std::vector<Dictionary>{}), One(Array{}));
}

TEST(ReadTest, VariantInVariant_AnyNumberWithinTheDepth_IsOneValue) {
  sdbus::Variant nested(std::int64_t{7});
  for (int i = 0; i < 5; ++i) {
    nested = sdbus::Variant(std::vector<sdbus::Variant>{nested});
    nested = sdbus::Variant(Dictionary{{"d", nested}});
  }
  const auto document = Convert(nested, {.depth = 64});
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_NE(document->Find("k")->Find("d"), nullptr);
  ExpectRefused(nested, "/k/d/0/d/0/d/0", {.depth = 13});
}

TEST(ReadTest, Descriptor_AnywhereInside_IsRefusedAtItsPointer) {
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const sdbus::UnixFd owner(fd, sdbus::adopt_fd);
  ExpectRefused(owner, "/k");
  ExpectRefused(std::vector<Dictionary>{{}, {{"a/b", sdbus::Variant(owner)}}},
                "/k/1/a~1b");
}

TEST(ReadTest, Structure_IsRefused) {
  ExpectRefused(sdbus::make_struct(std::int32_t{1}, std::string("x")), "/k");
  ExpectRefused(std::map<std::int32_t, std::string>{{1, "x"}}, "/k");
}

TEST(ReadTest, Number_NotFiniteOrTooLarge_IsRefused) {
  ExpectRefused(std::nan(""), "/k");
  ExpectRefused(std::vector<double>{1, std::numeric_limits<double>::infinity()},
                "/k/1");
  ExpectRefused(std::numeric_limits<std::uint64_t>::max(), "/k");
}

TEST(ReadTest, Limits_WhenPassed_RefuseTheFirstBeyond) {
  ExpectRefused(std::vector<std::int32_t>(10, 1), "/k/4", {.elements = 5});
  EXPECT_TRUE(Convert(std::vector<std::int32_t>(4, 1), {.elements = 5}));
  ExpectRefused(std::string(9, 'x'), "/k", {.string_bytes = 8});
  ExpectRefused(Dictionary{{"123456789", sdbus::Variant(true)}}, "/k/123456789",
                {.string_bytes = 8});
  EXPECT_TRUE(Convert(std::string(8, 'x'), {.string_bytes = 8}));
}

TEST(ReadTest, Elements_AreCountedOverAllMembers) {
  const Dictionary two{{"a", sdbus::Variant(std::vector<bool>{})},
                       {"b", sdbus::Variant(true)}};
  EXPECT_TRUE(Receive(two, {.elements = 2}));
  EXPECT_FALSE(Receive(two, {.elements = 1}));
}

TEST(ReadTest, Fault_AsAskedFor_NamesTheError) {
  Read::next = WireDocument{
      .document = {}, .limits = {}, .fault = ErrorCode::kCorruptInput};
  const sdbus::Variant sent(Dictionary{{"k", sdbus::Variant(std::nan(""))}});
  try {
    (void)sent.get<Read>();
    FAIL() << "a NaN was read";
  } catch (const sdbus::Error& error) {
    EXPECT_EQ(error.getName(), "org.acceld1.Error.CorruptInput");
  }
}

TEST(WriteTest, EveryKind_ComesBackTheSame) {
  const Document document = Object{
      {"bool", true},
      {"integer", std::int64_t{-9000000001}},
      {"mixed", Array{1, "two", Array{3.5}}},
      {"object", Object{{"x", Object{{"y", "z"}}}}},
      {"objects", Array{Object{{"a", 1}}, Object{{"b", "2"}}}},
      {"real", 0.25},
      {"strings", Array{"p", "q"}},
  };
  EXPECT_EQ(RoundTrip((document)), document);
}

TEST(WriteTest, Signatures_AreThoseOfTheManual) {
  const Dictionary dictionary = Sent(Object{{"as", Array{"a"}},
                                            {"aa{sv}", Array{Object{}}},
                                            {"av", Array{1}},
                                            {"a{sv}", Object{}},
                                            {"x", 1},
                                            {"d", 1.5},
                                            {"b", false},
                                            {"s", ""}});
  for (const auto& [key, value] : dictionary) {
    EXPECT_EQ(value.peekValueType(), key);
  }
  EXPECT_EQ(Sent(Object{{"none", Array{}}}).at("none").peekValueType(),
            "aa{sv}");
}

TEST(WriteTest, Null_IsLeftOut) {
  EXPECT_EQ(RoundTrip((Object{{"a", Document()}, {"b", Array{1, Document()}}})),
            (Document(Object{{"b", Array{1}}})));
}

TEST(WriteTest, TextThatTheBusRefuses_IsReplaced) {
  const Document document =
      Object{{"a", std::string("x\xffy")}, {"b", std::string("p\0q", 3)}};
  EXPECT_EQ(RoundTrip((document)),
            (Document(Object{{"a", "x?y"}, {"b", "p?q"}})));
}

}  // namespace
}  // namespace acceld::api
