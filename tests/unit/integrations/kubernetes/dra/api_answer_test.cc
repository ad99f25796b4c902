#include "integrations/kubernetes/dra/api_answer.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace acceld::dra {
namespace {

TEST(ReadAnswer, OfSuccess_IsTheObject) {
  const auto answer = ReadAnswer(201, R"({"kind": "Node"})");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer->Find("kind"), Document("Node"));
}

TEST(ReadAnswer, OfAnotherStatus_IsAFaultInTheServersWords) {
  const std::map<long, ErrorCode> codes = {
      {301, ErrorCode::kUnavailable},      {400, ErrorCode::kInvalidArgument},
      {401, ErrorCode::kPermissionDenied}, {403, ErrorCode::kPermissionDenied},
      {404, ErrorCode::kNotFound},         {409, ErrorCode::kStale},
      {410, ErrorCode::kUnavailable},      {422, ErrorCode::kInvalidArgument},
      {429, ErrorCode::kUnavailable},      {500, ErrorCode::kUnavailable},
      {0, ErrorCode::kUnavailable}};
  for (const auto& [status, code] : codes) {
    const auto answer =
        ReadAnswer(status, R"({"kind": "Status", "message": "so it is"})");
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().code, code) << status;
    EXPECT_NE(answer.error().message.find("so it is"), std::string::npos);
  }
}

TEST(ReadAnswer, WhatIsNoObjectWithinBounds_IsCorrupt) {
  for (const std::string& body :
       {std::string("<html>"), std::string("[]"), std::string(),
        "{\"a\": " + std::string(100, '[') + std::string(100, ']') + "}"}) {
    const auto answer = ReadAnswer(200, body);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, ErrorCode::kCorruptInput);
  }
}

TEST(ReadAnswer, WordsOfTheServer_AreShownInPart) {
  const auto answer = ReadAnswer(500, std::string(1 << 16, '\x1b'));
  ASSERT_FALSE(answer);
  EXPECT_LT(answer.error().message.size(), 4096U);
  EXPECT_EQ(answer.error().message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace acceld::dra
