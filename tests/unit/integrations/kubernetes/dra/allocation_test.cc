#include "integrations/kubernetes/dra/allocation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace acceld::dra {
namespace {

Document Json(std::string_view text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << document.error().message;
  return document ? *std::move(document) : Document();
}

Pool TwoDevices() {
  Pool pool;
  pool.devices = {
      {"gpu-a", "accelerator:a", "compute/gpu", 1, "ok", ""},
      {"queue-b", "engine:b", "copy", 64, "ok", ""},
  };
  return pool;
}

// A claim with the uid "u" and these parts of its allocation.
Document Claim(const std::string& results, const std::string& config = "[]") {
  return Json(R"({"metadata": {"uid": "u"}, "status": {"allocation":
      {"devices": {"results": )" +
              results + R"(, "config": )" + config + "}}}}");
}

std::string ResultOf(const std::string& device, const std::string& more = "") {
  return R"({"request": "r", "driver": "acceld.org", "pool": "n", "device": ")" +
         device + '"' + more + "}";
}

Result<Allocation> Read(const Document& claim) {
  return ReadAllocation(claim, "u", "n", TwoDevices());
}

ErrorCode CodeOf(const Document& claim) {
  const auto read = Read(claim);
  EXPECT_FALSE(read) << PrintJson(claim);
  return read ? ErrorCode::kInternal : read.error().code;
}

// Parameters that hold the pipeline.
std::string Parameters(const std::string& pipeline,
                       const std::string& more = "") {
  return R"([{"opaque": {"driver": "acceld.org", "parameters": {
      "apiVersion": "acceld.org/v1", "kind": "ClaimParameters", "pipeline": )" +
         pipeline + "}}" + more + "}]";
}

TEST(ReadAllocation, ResultsOfThisDriver_AreItsDevices) {
  const auto read = Read(Claim(
      "[" + ResultOf("gpu-a") + R"(, {"driver": "other.example", "pool": "x",
      "device": "y", "request": "z"}, )" +
      ResultOf("queue-b", R"(, "shareID": "s", "consumedCapacity":
          {"acceld.org/instances": "2", "memory": "4Gi"})") +
      "]"));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->devices.size(), 2U);
  EXPECT_EQ(read->devices[0].device.key, "accelerator:a");
  EXPECT_EQ(read->devices[0].instances, 0);
  EXPECT_EQ(read->devices[1].share_id, "s");
  EXPECT_EQ(read->devices[1].instances, 2);
  EXPECT_EQ(read->devices[1].memory, std::int64_t{4} << 30);
  EXPECT_FALSE(read->pipeline);
}

TEST(ReadAllocation, WhatDoesNotFit_IsAFault) {
  EXPECT_EQ(CodeOf(Json(R"({"metadata": {"uid": "v"}})")), ErrorCode::kStale);
  EXPECT_EQ(CodeOf(Json("{}")), ErrorCode::kStale);
  EXPECT_EQ(CodeOf(Json(R"({"metadata": {"uid": "u"}})")),
            ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(Json(R"({"metadata": {"uid": "u"},
                            "status": {"allocation": 1}})")),
            ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(Claim("7")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Claim("[]")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Claim("[7, null, []]")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Claim("[" + ResultOf("gone") + "]")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(Claim(R"([{"driver": "acceld.org", "pool": "m",
                              "device": "gpu-a"}])")),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      CodeOf(Claim("[" + ResultOf("gpu-a", R"(, "adminAccess": true)") + "]")),
      ErrorCode::kUnsupported);
  for (const char* amount : {R"("-1")", R"("1.5")", R"("")", "[]", "-1",
                             R"("99999999999999999999")", R"("9999999Pi")"}) {
    EXPECT_EQ(CodeOf(Claim(
                  "[" +
                  ResultOf("queue-b", R"(, "consumedCapacity": {"memory": )" +
                                          std::string(amount) + "}") +
                  "]")),
              ErrorCode::kInvalidArgument)
        << amount;
  }
}

TEST(ReadAllocation, TooManyResults_AreRefused) {
  std::string results = "[";
  for (int i = 0; i < 33; ++i) results += ResultOf("queue-b") + ",";
  results.back() = ']';
  EXPECT_EQ(CodeOf(Claim(results)), ErrorCode::kInvalidArgument);
}

TEST(ReadAllocation, Parameters_AreReadStrictly) {
  const std::string device = "[" + ResultOf("gpu-a") + "]";
  for (const char* parameters :
       {R"(null)", R"("text")", R"({})", R"({"apiVersion": "acceld.org/v2",
          "kind": "ClaimParameters", "pipeline": {}})",
        R"({"apiVersion": "acceld.org/v1", "kind": "ClaimParameters"})",
        R"({"apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
            "pipeline": []})",
        R"({"apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
            "pipeline": {}, "more": 1})"}) {
    EXPECT_EQ(CodeOf(Claim(device, R"([{"opaque": {"driver": "acceld.org",
                                   "parameters": )" +
                                       std::string(parameters) + "}}]")),
              ErrorCode::kInvalidArgument)
        << parameters;
  }
  EXPECT_EQ(CodeOf(Claim(device, "{}")), ErrorCode::kInvalidArgument);
  // Those of others are theirs.
  EXPECT_TRUE(Read(Claim(device, R"([{"opaque": {"driver": "other.example",
                                       "parameters": 7}}, 7, null])")));
  EXPECT_TRUE(Read(Claim(device, "null")));
}

TEST(ReadAllocation, OfSeveralParameters_TheLastCounts) {
  const auto read =
      Read(Claim("[" + ResultOf("gpu-a") + "]",
                 R"([{"opaque": {"driver": "acceld.org", "parameters": {
            "apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
            "pipeline": {"policy": "of the class"}}}, "requests": ["r"]},
          {"opaque": {"driver": "acceld.org", "parameters": {
            "apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
            "pipeline": {"policy": "of the claim"}}}}])"));
  ASSERT_TRUE(read);
  EXPECT_EQ(PrintJson(*read->pipeline), R"({"policy":"of the claim"})");
  EXPECT_TRUE(read->pipeline_requests.empty());
}

TEST(PipelineOf, DevicesWithoutParameters_AreStagesOfTheirOwn) {
  const auto read = Read(Claim("[" + ResultOf("gpu-a") + "," +
                               ResultOf("queue-b", R"(, "consumedCapacity":
                     {"instances": "2", "memory": "1Ki"})") +
                               "]"));
  ASSERT_TRUE(read);
  const auto pipeline = PipelineOf(*read);
  ASSERT_TRUE(pipeline) << pipeline.error().message;
  EXPECT_EQ(
      PrintJson(*pipeline),
      R"({"stages":[{"name":"device-0","function":"compute/gpu","select":)"
      R"([{"attribute":"key","in":["accelerator:a"]}],"sharing":"exclusive"},)"
      R"({"name":"device-1","function":"copy","select":)"
      R"([{"attribute":"key","in":["engine:b"]}],"sharing":"shared",)"
      R"("count":2,"memory":"1024B"}]})");
}

TEST(PipelineOf, ASharedDeviceThatIsAllAllocated_IsExclusive) {
  for (const char* more :
       {"", R"(, "consumedCapacity": {"acceld.org/instances": "64"})"}) {
    const auto read = Read(Claim("[" + ResultOf("queue-b", more) + "]"));
    ASSERT_TRUE(read);
    const auto pipeline = PipelineOf(*read);
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
  const auto pipeline = PipelineOf(*read);
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
  const auto pipeline = PipelineOf(*read);
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
    const auto made = PipelineOf(*read);
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

TEST(ParseQuantity, SuffixesOfBothKinds_AreUnderstood) {
  EXPECT_EQ(ParseQuantity("100").value_or(0), 100);
  EXPECT_EQ(ParseQuantity("2k").value_or(0), 2'000);
  EXPECT_EQ(ParseQuantity("2Mi").value_or(0), 2 << 20);
  EXPECT_FALSE(ParseQuantity("Ki"));
  EXPECT_FALSE(ParseQuantity("1 Ki"));
  EXPECT_FALSE(ParseQuantity("100m"));
  EXPECT_FALSE(ParseQuantity("9223372036854775808"));
}

}  // namespace
}  // namespace acceld::dra
