#include "probes/vfio_offers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/json_schema.h"
#include "tests/support/read_file.h"
#include "tests/support/temp_dir.h"

namespace acceld::probes {
namespace {

using acceld::testing::JsonSchema;
using acceld::testing::ReadFile;
using acceld::testing::TempDir;

std::string Offer(const std::string& rest) {
  return R"({"version": 1, "offers": [{"vendor": "144d", "device": "a808",
             "functions": ["storage/nvme"])" +
         rest + "}]}";
}

ErrorCode FaultOf(const std::string& text) {
  const auto offers = ParseVfioOffers("vfio.json", text);
  if (!offers) return offers.error().code;
  ADD_FAILURE() << "read " << text;
  return ErrorCode::kInternal;
}

TEST(VfioOffers, Example_IsReadWhole) {
  const auto read = ParseVfioOffers("vfio.json", ReadFile("configs/vfio.json"));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->offers.size(), 2U);
  EXPECT_EQ(read->offers[0].vendor, 0x1234);
  EXPECT_EQ(read->offers[0].device, 0x11e8);
  EXPECT_EQ(read->offers[0].functions, (std::vector<std::string>{"copy"}));
  EXPECT_EQ(read->offers[1].class_glob, "0108*");
  EXPECT_EQ(read->offers[1].rebind, (std::vector<std::string>{"nvme"}));
}

TEST(VfioOffers, FirstThatMatches_IsTheOneThatCounts) {
  const auto read = ParseVfioOffers("x", R"({"version": 1, "offers": [
    {"vendor": "144d", "device": "a808", "address": "0000:4?:*",
     "functions": ["copy"]},
    {"vendor": "144D", "device": "A808", "class": "0108*",
     "functions": ["fill"]}]})");
  ASSERT_TRUE(read) << read.error().message;
  const PciIdentity nvme{0x144d, 0xa808, 0x010802, "nvme"};
  EXPECT_EQ(read->Find(nvme, "0000:41:00.0"), read->offers.data());
  EXPECT_EQ(read->Find(nvme, "0000:51:00.0"), &read->offers[1]);
  PciIdentity other = nvme;
  other.class_code = 0x020000;
  EXPECT_EQ(read->Find(other, "0000:51:00.0"), nullptr);
  other.class_code = PciIdentity::kUnknown;
  EXPECT_EQ(read->Find(other, "0000:51:00.0"), nullptr);
  other.device = 0xa809;
  EXPECT_EQ(read->Find(other, "0000:41:00.0"), nullptr);
}

TEST(VfioOffers, Rebind_NamesEveryDriverItTakesFrom) {
  VfioOffer offer;
  EXPECT_FALSE(offer.MayTakeFrom(""));
  EXPECT_FALSE(offer.MayTakeFrom("nvme"));
  offer.rebind = {"none", "nvme"};
  EXPECT_TRUE(offer.MayTakeFrom(""));
  EXPECT_TRUE(offer.MayTakeFrom("nvme"));
  EXPECT_FALSE(offer.MayTakeFrom("nvm"));
}

TEST(VfioOffers, GoodFiles_AreAcceptedByParserAndSchema) {
  const JsonSchema schema("configs/schema/vfio.schema.json");
  for (const std::string& text :
       {std::string(R"({"version": 1})"), Offer(""),
        Offer(R"(, "class": "*", "address": "0000:*", "rebind": [])"),
        Offer(R"(, "description": "d", "rebind": ["none", "mlx5 core"])"),
        ReadFile("configs/vfio.json")}) {
    EXPECT_TRUE(ParseVfioOffers("x", text)) << text;
    EXPECT_TRUE(schema.Accepts(text)) << text;
  }
}

TEST(VfioOffers, BadFiles_AreRefusedByParserAndSchema) {
  const JsonSchema schema("configs/schema/vfio.schema.json");
  for (const std::string& text :
       {std::string("[]"), std::string("{}"), std::string(R"({"version": 2})"),
        std::string(R"({"version": 1, "offers": [{}]})"),
        std::string(R"({"version": 1, "offers": [{"vendor": "0x144d",
            "device": "a808", "functions": ["copy"]}]})"),
        std::string(R"({"version": 1, "offers": [{"vendor": "-44d",
            "device": "a808", "functions": ["copy"]}]})"),
        std::string(R"({"version": 1, "offers": [{"vendor": "144d",
            "device": "a808", "functions": []}]})"),
        Offer(R"(, "class": "")"), Offer(R"(, "rebind": ["../nvme"])"),
        Offer(R"(, "rebind": [""])"), Offer(R"(, "rebound": true)")}) {
    EXPECT_EQ(FaultOf(text), ErrorCode::kInvalidArgument) << text;
    EXPECT_FALSE(schema.Accepts(text)) << text;
  }
  EXPECT_EQ(FaultOf("{"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(FaultOf(R"({"version": 1, "offers": [{"vendor": "144d",
                        "device": "a808", "functions": ["fly"]}]})"),
            ErrorCode::kInvalidArgument);
}

TEST(VfioOffers, File_IsBelievedOnlyWhereNobodyElseCanWriteIt) {
  TempDir directory;
  EXPECT_TRUE(ReadVfioOffers(directory.At("absent.json"))->offers.empty());
  directory.AddFile("good.json", Offer(""));
  EXPECT_EQ(ReadVfioOffers(directory.At("good.json"))->offers.size(), 1U);
  directory.AddFile("open.json", Offer(""), 0666);
  directory.AddLink("link.json", directory.At("good.json"));
  for (const char* name : {"open.json", "link.json"}) {
    const auto read = ReadVfioOffers(directory.At(name));
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().code, ErrorCode::kPermissionDenied) << name;
  }
}

}  // namespace
}  // namespace acceld::probes
