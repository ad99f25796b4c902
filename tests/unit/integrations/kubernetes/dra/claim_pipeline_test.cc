#include "integrations/kubernetes/dra/claim_pipeline.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "tests/unit/integrations/kubernetes/dra/allocated_claim.h"

namespace acceld::dra {
namespace {

// Parameters that hold the pipeline.
std::string Parameters(const std::string& pipeline,
                       const std::string& more = "") {
  return R"([{"opaque": {"driver": "acceld.org", "parameters": {
      "apiVersion": "acceld.org/v1", "kind": "ClaimParameters", "pipeline": )" +
         pipeline + "}}" + more + "}]";
}

TEST(PipelineOf, DevicesWithoutParameters_AreStagesOfTheirOwn) {
  const auto read = Read(Claim("[" + ResultOf("gpu-a") + "," +
                               ResultOf("queue-b", R"(, "consumedCapacity":
                     {"instances": "2", "memory": "1Ki"})") +
                               "]"));
  ASSERT_TRUE(read);
  const auto pipeline = PipelineOf(*read, false);
  ASSERT_TRUE(pipeline) << pipeline.error().message;
  EXPECT_EQ(
      PrintJson(*pipeline),
      R"({"stages":[{"name":"device-0","function":"compute/gpu","select":)"
      R"([{"attribute":"key","in":["accelerator:a"]}],"sharing":"exclusive"},)"
      R"({"name":"device-1","function":"copy","select":)"
      R"([{"attribute":"key","in":["engine:b"]}],"sharing":"shared",)"
      R"("count":2,"memory":"512B"}]})");
}

TEST(PipelineOf, ASharedDeviceThatIsAllAllocated_IsExclusive) {
  for (const char* more :
       {"", R"(, "consumedCapacity": {"acceld.org/instances": "64"})"}) {
    const auto read = Read(Claim("[" + ResultOf("queue-b", more) + "]"));
    ASSERT_TRUE(read);
    const auto pipeline = PipelineOf(*read, false);
    ASSERT_TRUE(pipeline);
    const Document& stage = pipeline->Find("stages")->AsArray()->front();
    EXPECT_EQ(*stage.Find("sharing"), Document("exclusive"));
    EXPECT_EQ(stage.Find("count"), nullptr);
  }
}

TEST(PipelineOf, StagesOfThePipeline_AreConfinedToTheClaimsDevices) {
  const auto read =
      Read(Claim("[" + ResultOf("gpu-a") + "," + ResultOf("queue-b") + "]",
                 Parameters(R"({"deadline": "1s", "stages": [
          {"name": "s", "function": "copy",
           "select": [{"attribute": "vendor", "equals": "8086"}]}]})")));
  ASSERT_TRUE(read) << read.error().message;
  const auto pipeline = PipelineOf(*read, false);
  ASSERT_TRUE(pipeline) << pipeline.error().message;
  EXPECT_EQ(PrintJson(*pipeline),
            R"({"deadline":"1s","stages":[{"name":"s","function":"copy",)"
            R"("select":[{"attribute":"vendor","equals":"8086"},)"
            R"({"attribute":"key","in":["accelerator:a","engine:b"]}]}]})");
}

TEST(PipelineOf, RequestsThatThePipelineIsNotFor_AreStagesOfTheirOwn) {
  const auto read = Read(
      Claim(R"([{"request": "main/large", "driver": "acceld.org", "pool": "n",
                 "device": "gpu-a"}, )" +
                ResultOf("queue-b") + "]",
            Parameters(R"({"stages": [{"name": "s", "function": "copy"}]})",
                       R"(, "requests": ["main"])")));
  ASSERT_TRUE(read) << read.error().message;
  const auto pipeline = PipelineOf(*read, false);
  ASSERT_TRUE(pipeline);
  const Document::Array& stages = *pipeline->Find("stages")->AsArray();
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_EQ(*stages[0].Find("name"), Document("s"));
  EXPECT_EQ(PrintJson(*stages[0].Find("select")),
            R"([{"attribute":"key","in":["accelerator:a"]}])");
  EXPECT_EQ(*stages[1].Find("name"), Document("device-1"));
}

TEST(PipelineOf, APipelineWithoutProperStages_IsRefused) {
  for (const char* pipeline :
       {"{}", R"({"stages": {}})", R"({"stages": [7]})",
        R"({"stages": [{"name": "s", "select": {}}]})"}) {
    const auto read =
        Read(Claim("[" + ResultOf("gpu-a") + "]", Parameters(pipeline)));
    ASSERT_TRUE(read) << pipeline;
    const auto made = PipelineOf(*read, false);
    ASSERT_FALSE(made) << pipeline;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CheckPlaced, EveryDeviceOnceOrMore_AndNoOther) {
  const auto read =
      Read(Claim("[" + ResultOf("gpu-a") + "," + ResultOf("queue-b") + "]"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(CheckPlaced(
      *read, {{"a", "accelerator:a"}, {"b", "engine:b"}, {"c", "engine:b"}}));
  const Status unused = CheckPlaced(*read, {{"a", "accelerator:a"}});
  ASSERT_FALSE(unused);
  EXPECT_EQ(unused.error().code, ErrorCode::kUnsatisfiable);
  const Status strange = CheckPlaced(
      *read, {{"a", "accelerator:a"}, {"b", "engine:b"}, {"c", "engine:c"}});
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().code, ErrorCode::kInternal);
}

TEST(CheckPlaced, OneDeviceAllocatedTwice_IsUsedByBoth) {
  const auto read =
      Read(Claim("[" + ResultOf("queue-b") + "," + ResultOf("queue-b") + "]"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(
      CheckPlaced(*read, {{"device-0", "engine:b"}, {"device-1", "engine:b"}}));
}

TEST(ReadPlacement, WhatHasNoStages_IsCorrupt) {
  EXPECT_TRUE(
      ReadPlacement(Json(R"({"stages": [{"stage": "s", "device": "d"}]})")));
  for (const char* text : {"{}", R"({"stages": []})", R"({"stages": [7]})",
                           R"({"stages": [{"stage": "s"}]})"}) {
    const auto read = ReadPlacement(Json(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kCorruptInput);
  }
}

// A GPU whose libraries open nothing but its path, and a device that is handed
// out.
Allocation PathAndOther(const std::string& stages) {
  Allocation allocation;
  PoolDevice gpu{"gpu", "accelerator:nvidia0", "compute/gpu", 1, "ok", ""};
  gpu.functions = {"compute/gpu"};
  gpu.has_node = true;
  gpu.only_by_path = true;
  PoolDevice queue{"queue", "engine:b", "copy", 64, "ok", ""};
  queue.functions = {"copy"};
  queue.has_node = true;
  allocation.devices = {{"g", "", gpu}, {"q", "", queue}};
  if (stages.empty()) return allocation;
  for (AllocatedDevice& one : allocation.devices) one.in_pipeline = true;
  allocation.pipeline = Json(R"({"stages": )" + stages + "}");
  return allocation;
}

// The "grant" of each stage; "" where it has none.
std::vector<std::string> GrantsOf(const Result<Document>& pipeline) {
  std::vector<std::string> grants;
  EXPECT_TRUE(pipeline);
  if (!pipeline) return grants;
  for (const Document& stage : *pipeline->Find("stages")->AsArray()) {
    const Document* grant = stage.Find("grant");
    grants.push_back(grant == nullptr ? "" : *grant->AsString());
  }
  return grants;
}

TEST(PipelineOf, WhatContainersOpenByItsNode_IsReserved) {
  using Grants = std::vector<std::string>;
  EXPECT_EQ(GrantsOf(PipelineOf(PathAndOther(""), false)),
            (Grants{"none", "none"}));
  EXPECT_EQ(GrantsOf(PipelineOf(PathAndOther(""), true)), (Grants{"", ""}));
}

TEST(PipelineOf, OfAPipeline_OnlyWhatHasNoOtherWayIsReserved) {
  using Grants = std::vector<std::string>;
  const Allocation plain = PathAndOther(
      R"([{"name": "g", "function": "compute/gpu"},
          {"name": "q", "function": "copy"}])");
  EXPECT_EQ(GrantsOf(PipelineOf(plain, false)), (Grants{"none", ""}));
  EXPECT_EQ(GrantsOf(PipelineOf(plain, true)), (Grants{"", ""}));
  const Allocation said = PathAndOther(
      R"([{"name": "g", "function": "compute/gpu", "grant": "any"},
          {"name": "q", "function": "copy", "grant": "none"}])");
  EXPECT_EQ(GrantsOf(PipelineOf(said, false)), (Grants{"any", "none"}));
  EXPECT_EQ(GrantsOf(Reserved(*PipelineOf(said, false))),
            (Grants{"none", "none"}));
}

// A claim with 2 of the 64 opens of a device.
Allocation Shared(const std::string& pipeline,
                  const std::string& memory = "1Ki") {
  const auto read = Read(
      Claim("[" +
                ResultOf("queue-b", R"(, "consumedCapacity": {"instances": "2",
                                   "memory": ")" +
                                        memory + "\"}") +
                "]",
            Parameters(pipeline)));
  EXPECT_TRUE(read);
  return read ? *read : Allocation();
}

TEST(PipelineOf, WhatClaimsMayNotSayOfAStage_IsRefused) {
  for (const char* stage :
       {R"({"name": "s", "function": "copy", "sharing": "exclusive"})",
        R"({"name": "s", "function": "copy", "grant": "path"})"}) {
    const auto made = PipelineOf(
        Shared(R"({"stages": [)" + std::string(stage) + "]}"), false);
    ASSERT_FALSE(made) << stage;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(PipelineOf, StagesOfAShare_AreShared) {
  const auto made = PipelineOf(
      Shared(R"({"stages": [{"name": "s", "function": "copy"}]})"), false);
  ASSERT_TRUE(made);
  EXPECT_EQ(*made->Find("stages")->AsArray()->front().Find("sharing"),
            Document("shared"));
}

TEST(CheckPlaced, NoMoreThanTheShare_IsTaken) {
  const Allocation two = Shared(R"({"stages": [
      {"name": "s", "function": "copy", "memory": "512B"},
      {"name": "t", "function": "copy", "memory": "513B"}]})");
  const PlacedStage s{"s", "engine:b"};
  const PlacedStage t{"t", "engine:b"};
  EXPECT_TRUE(CheckPlaced(two, {s, s}));
  for (const auto& stages :
       {std::vector<PlacedStage>{s, s, s}, std::vector<PlacedStage>{s, t}}) {
    const Status checked = CheckPlaced(two, stages);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kUnsatisfiable);
  }
}

TEST(CheckPlaced, SharesThatAddUpBeyondCounting_AreTooMuch) {
  const PlacedStage s{"s", "engine:b"};
  const Status checked = CheckPlaced(
      Shared(R"({"stages": [{"name": "s", "memory": "7000000TiB"}]})", "8E"),
      {s, s});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnsatisfiable);
}

}  // namespace
}  // namespace acceld::dra
