#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "integrations/kubernetes/bundles/copy.h"
#include "integrations/kubernetes/bundles/device_facts.h"
#include "integrations/kubernetes/bundles/resource.h"
#include "integrations/kubernetes/bundles/units.h"
#include "tests/support/temp_dir.h"

namespace acceld::kubernetes {
namespace {

using acceld::testing::TempDir;

Document Json(std::string_view text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << text;
  return document ? *std::move(document) : Document();
}

Copy On(const std::string& device, std::int64_t node = 0) {
  return {{{"device", 0, device}}, {node}, 0};
}

TEST(ParseResource, APipeline_IsAResourceOfSets) {
  const auto resource = ParseResource(
      "decompress-infer", R"({"stages": [{"name": "a", "function": "copy"}]})");
  ASSERT_TRUE(resource) << resource.error().message;
  EXPECT_EQ(resource->FullName(), "acceld.org/decompress-infer");
  EXPECT_FALSE(resource->is_device);
}

TEST(ParseResource, AStage_IsAResourceOfDevicesThatNobodyShares) {
  const auto resource =
      ParseResource("gpu", R"({"description": "one", "function": "compute/gpu",
                 "memory": "16GiB"})");
  ASSERT_TRUE(resource) << resource.error().message;
  EXPECT_TRUE(resource->is_device);
  EXPECT_EQ(resource->pipeline, Json(R"({"description": "one", "stages": [
                {"name": "device", "function": "compute/gpu",
                 "memory": "16GiB", "sharing": "exclusive"}]})"));
}

TEST(ParseResource, WhatIsNeither_IsRefused) {
  for (const char* text :
       {"", "[]", "{}", "7", R"({"stages": [], "function": "copy"})",
        R"({"function": "copy", "count": 2})",
        R"({"function": "copy", "name": "mine"})"}) {
    const auto resource = ParseResource("x", text);
    ASSERT_FALSE(resource) << text;
    EXPECT_EQ(resource.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

TEST(ParseResource, ANameThatKubernetesDoesNotTake_IsRefused) {
  for (const std::string& name :
       {std::string(), std::string("-a"), std::string("a-"), std::string("a b"),
        std::string("a/b"), std::string(49, 'a')}) {
    EXPECT_FALSE(ParseResource(name, R"({"function": "copy"})")) << name;
  }
  EXPECT_TRUE(IsResourceName(std::string(48, 'a')));
}

TEST(ReadResources, OfADirectory_AreItsFilesByName) {
  TempDir directory;
  directory.AddFile("b.json", R"({"function": "copy"})");
  directory.AddFile("a.json", R"({"function": "digest/sha256"})");
  directory.AddFile(".hidden.json", "no JSON");
  directory.AddFile("README", "no JSON");
  const auto resources = ReadResources(directory.path());
  ASSERT_TRUE(resources) << resources.error().message;
  ASSERT_EQ(resources->size(), 2U);
  EXPECT_EQ(resources->at(0).name, "a");
  EXPECT_EQ(resources->at(1).name, "b");
}

TEST(ReadResources, OfABadDirectory_NameTheFile) {
  TempDir directory;
  EXPECT_EQ(ReadResources(directory.path()).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadResources(directory.At("none")).error().code,
            ErrorCode::kNotFound);
  directory.AddFile("bad.json", "{");
  const auto bad = ReadResources(directory.path());
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("bad.json"), std::string::npos);
}

TEST(ReadResourceFiles, WhereOneIsWrong_HasTheOthersAndWhy) {
  TempDir directory;
  directory.AddFile("a.json", "{");
  directory.AddFile("b.json", R"({"function": "copy"})");
  directory.AddFile("c.json", std::string((256U << 10U) + 1, ' '));
  directory.AddLink("d.json", "nowhere");
  directory.AddFifo("e.json");
  const auto files = ReadResourceFiles(directory.path());
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_EQ(files->size(), 5U);
  EXPECT_EQ(files->at(0).resource.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(files->at(1).name, "b");
  EXPECT_TRUE(files->at(1).resource);
  EXPECT_EQ(files->at(2).resource.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(files->at(3).resource.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files->at(4).resource.error().code, ErrorCode::kInvalidArgument);
  for (const ResourceFile& file : *files) {
    if (file.resource) continue;
    EXPECT_NE(file.resource.error().message.find(file.name + ".json"),
              std::string::npos)
        << file.resource.error().message;
  }
}

TEST(ParseCopy, OfAPlacement_HasItsDevicesAndNodes) {
  const auto copy = ParseCopy(Json(R"({"total": 7, "stages": [
      {"stage": "a", "replica": 0, "device": "x", "numa": "numa:1"},
      {"stage": "b", "replica": 1, "device": "y", "numa": ""},
      {"stage": "c", "replica": 0, "device": "z", "numa": "numa:0"}]})"));
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(copy->places.size(), 3U);
  EXPECT_EQ(copy->places[1].replica, 1);
  EXPECT_EQ(copy->nodes, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(copy->cost, 7);
}

TEST(ParseCopy, OfSomethingElse_IsRefused) {
  EXPECT_FALSE(ParseCopy(Document()));
  EXPECT_FALSE(ParseCopy(Json(R"({"stages": [{"stage": "a"}]})")));
  EXPECT_FALSE(ParseCopy(Json(R"({"stages": []})")));
  EXPECT_FALSE(ParseCopies(Json("{}")));
}

TEST(Pinned, APipeline_KeepsItsSelectorsAndNamesItsDevices) {
  const Document pipeline = Json(R"({"deadline": "1s", "stages": [
      {"name": "device", "function": "copy",
       "select": [{"attribute": "vendor", "equals": "8086"}]}]})");
  EXPECT_EQ(Pinned(pipeline, On("accelerator:a")),
            Json(R"({"deadline": "1s", "stages": [
      {"name": "device", "function": "copy",
       "select": [{"attribute": "vendor", "equals": "8086"},
                  {"attribute": "key", "in": ["accelerator:a"]}]}]})"));
}

FactsByDevice SomeFacts() {
  const auto facts = ReadDeviceFacts(Json(R"([
      {"Key": "gpu", "Attributes": {"framework": "nvidia", "grant": "path",
          "node": "/dev/nvidia0", "device_number": "195:0"}},
      {"Key": "zip", "Attributes": {"framework": "uacce", "driver": "hisi_zip",
          "grant": "ticket", "node": "/dev/hisi_zip-0",
          "device_number": "240:0"}},
      {"Key": "vf", "Attributes": {"framework": "vfio", "grant": "fd",
          "node": "/dev/vfio/7", "device_number": "511:7"}},
      {"Key": "soft", "Attributes": {"framework": "soft"}}])"));
  EXPECT_TRUE(facts) << facts.error().message;
  return facts ? *facts : FactsByDevice();
}

TEST(DeviceFacts, AreReadOfTheListOfDevices) {
  const FactsByDevice facts = SomeFacts();
  EXPECT_TRUE(facts.at("gpu").has_node && facts.at("gpu").only_by_path);
  EXPECT_TRUE(facts.at("zip").has_node && !facts.at("zip").only_by_path);
  EXPECT_FALSE(facts.at("vf").has_node || facts.at("soft").has_node);
  EXPECT_EQ(ReadDeviceFacts(Json("{}")).error().code, ErrorCode::kCorruptInput);
  EXPECT_FALSE(ReadDeviceFacts(Json(R"([{"Key": "x"}])")));
}

// The grants of a pipeline's stages "a" and "b", on these devices.
std::string GrantsOn(const std::string& a, const std::string& b,
                     bool prefer_nodes) {
  const Copy copy{{{"a", 0, a}, {"b", 0, b}}, {}, 0};
  const Document pipeline = OpenedByNode(
      Json(R"({"stages": [{"name": "a"}, {"name": "b"}], "deadline": "1s"})"),
      copy, SomeFacts(), prefer_nodes);
  EXPECT_EQ(*pipeline.Find("deadline"), Document("1s"));
  std::string grants;
  for (const Document& stage : *pipeline.Find("stages")->AsArray()) {
    const Document* grant = stage.Find("grant");
    grants += grant == nullptr ? "-" : *grant->AsString();
    grants += " ";
  }
  return grants;
}

TEST(OpenedByNode, OfAPipeline_AreDevicesThatHaveNoOtherWay) {
  EXPECT_EQ(GrantsOn("gpu", "zip", false), "none - ");
  EXPECT_EQ(GrantsOn("soft", "gone", false), "- - ");
}

TEST(OpenedByNode, OfADevicesResource_AreAllThatHaveNodes) {
  EXPECT_EQ(GrantsOn("zip", "gpu", true), "none none ");
  EXPECT_EQ(GrantsOn("vf", "soft", true), "- - ");
  EXPECT_EQ(GrantsOn("gone", "zip", true), "- none ");
}

TEST(OpenedByNode, WhereTheStageSaysHow_StaysSo) {
  const Document pipeline =
      Json(R"({"stages": [{"name": "device", "grant": "any"}]})");
  EXPECT_EQ(OpenedByNode(pipeline, On("gpu"), SomeFacts(), true), pipeline);
}

TEST(Units, OfDevices_AreNamedForThem) {
  Units units(true);
  units.Offer({On("accelerator:a"), On("accelerator:a"), On("accelerator:b")});
  EXPECT_NE(units.Find("accelerator:a"), nullptr);
  EXPECT_NE(units.Find("accelerator:a.2"), nullptr);
  EXPECT_NE(units.Find("accelerator:b"), nullptr);
  EXPECT_EQ(units.all().size(), 3U);
}

TEST(Units, OfLongKeys_FitAndDiffer) {
  Units units(true);
  const std::string key(100, 'k');
  units.Offer({On(key + "1"), On(key + "2")});
  ASSERT_EQ(units.all().size(), 2U);
  for (const auto& [id, unit] : units.all()) EXPECT_LE(id.size(), 63U);
}

TEST(Units, ThatKeepTheirCopy_KeepTheirId) {
  Units units(false);
  units.Offer({On("a"), On("b")});
  units.Offer({On("b")});
  EXPECT_FALSE(units.Find("unit-0")->is_healthy());
  EXPECT_EQ(units.Find("unit-1")->copy->places.front().device, "b");
  units.Offer({On("c"), On("b")});
  EXPECT_EQ(units.Find("unit-0")->copy->places.front().device, "c");
}

TEST(Units, ThatAreFreeAgain_KeepWhatTheyStoodFor) {
  Units units(false);
  units.Offer({On("a", 0), On("b", 1)});
  units.Hold("unit-1", On("b", 1), "/lease/1");
  units.Offer({});
  units.Free("unit-1");
  units.Offer({On("b", 1)});
  EXPECT_FALSE(units.Find("unit-0")->is_healthy());
  EXPECT_EQ(units.Find("unit-1")->copy->places.front().device, "b");
  EXPECT_EQ(units.Find("unit-0")->nodes, std::vector<std::int64_t>{0});
}

TEST(Units, Ids_AreShortAndPrintable) {
  EXPECT_TRUE(IsUnitId("accelerator:renderD128.2"));
  EXPECT_TRUE(IsUnitId(std::string(63, 'x')));
  for (const std::string& id : {std::string(), std::string(64, 'x'),
                                std::string("a b"), std::string("a\n")}) {
    EXPECT_FALSE(IsUnitId(id)) << id;
  }
}

TEST(Units, ThatAPodLost_AreOfferedAgainOnlyWhenItIsGone) {
  Units units(true);
  units.Hold("accelerator:a", On("accelerator:a"), "/lease/1");
  EXPECT_TRUE(units.Find("accelerator:a")->is_healthy());
  units.Lose("accelerator:a");
  units.Offer({On("accelerator:a")});
  EXPECT_FALSE(units.Find("accelerator:a")->is_healthy());
  EXPECT_EQ(units.all().size(), 1U);
  units.Free("accelerator:a");
  units.Offer({});
  EXPECT_FALSE(units.Find("accelerator:a")->is_healthy());
  units.Offer({On("accelerator:a")});
  EXPECT_TRUE(units.Find("accelerator:a")->is_healthy());
}

}  // namespace
}  // namespace acceld::kubernetes
