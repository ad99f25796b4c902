#include "integrations/kubernetes/dra/allocation.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/json.h"
#include "tests/unit/integrations/kubernetes/dra/allocated_claim.h"

namespace acceld::dra {
namespace {

ErrorCode CodeOf(const Document& claim) {
  const auto read = Read(claim);
  EXPECT_FALSE(read) << PrintJson(claim);
  return read ? ErrorCode::kInternal : read.error().code;
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

TEST(ReadAllocation, AShareOfMoreOpensThanAStageHas_IsRefused) {
  Pool pool = TwoDevices();
  pool.devices[1].shares = 1'000;
  for (const auto& [instances, is_fine] :
       {std::pair("64", true), {"65", false}, {"1k", true}}) {
    const auto read = ReadAllocation(
        Claim("[" +
              ResultOf("queue-b", R"(, "consumedCapacity": {"instances": ")" +
                                      std::string(instances) + "\"}") +
              "]"),
        "u", "n", pool);
    EXPECT_EQ(read.has_value(), is_fine) << instances;
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

std::string PipelineFor(const std::string& requests, const std::string& name) {
  return R"({"requests": )" + requests +
         R"(, "opaque": {"driver": "acceld.org", "parameters": {
            "apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
            "pipeline": {"policy": ")" +
         name + R"("}}}})";
}

TEST(ReadAllocation, OfSeveralParametersForARequest_TheLastCounts) {
  const auto read = Read(
      Claim("[" + ResultOf("gpu-a") + "]",
            "[" + PipelineFor(R"(["r"])", "of the class") + "," +
                PipelineFor("[]", "of the claim") + "," +
                PipelineFor(R"(["another"])", "of another request") + "]"));
  ASSERT_TRUE(read);
  EXPECT_EQ(PrintJson(*read->pipeline), R"({"policy":"of the claim"})");
  EXPECT_TRUE(read->devices.front().in_pipeline);
}

TEST(ReadAllocation, ParametersForOtherRequests_PlaceNothing) {
  const auto read =
      Read(Claim("[" + ResultOf("gpu-a") + "]",
                 "[" + PipelineFor(R"(["q", "r/s"])", "p") + "]"));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->pipeline);
  EXPECT_FALSE(read->devices.front().in_pipeline);
}

TEST(ReadAllocation, TwoPipelinesForOneClaim_AreRefused) {
  const std::string other =
      R"({"request": "q", "driver": "acceld.org", "pool": "n",
          "device": "queue-b"})";
  EXPECT_EQ(CodeOf(Claim("[" + ResultOf("gpu-a") + "," + other + "]",
                         "[" + PipelineFor(R"(["r"])", "one") + "," +
                             PipelineFor(R"(["q"])", "two") + "]")),
            ErrorCode::kUnsupported);
}

TEST(ReadAllocation, ParametersThatAreTooLong_AreRefused) {
  EXPECT_EQ(
      CodeOf(Claim("[" + ResultOf("gpu-a") + "]",
                   "[" + PipelineFor("[]", std::string(10'240, 'x')) + "]")),
      ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::dra
