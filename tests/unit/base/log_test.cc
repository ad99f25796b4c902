#include "base/log.h"

#include <gtest/gtest.h>

#include <string>

namespace acceld {
namespace {

TEST(LogField, PlainValues_StandAsTheyAre) {
  EXPECT_EQ(LogField("uid", 1000).text, "uid=1000");
  EXPECT_EQ(LogField("device", "accelerator:renderD128").text,
            "device=accelerator:renderD128");
}

TEST(LogField, SpacesQuotesAndEmptyValues_AreQuoted) {
  EXPECT_EQ(LogField("a", "").text, "a=\"\"");
  EXPECT_EQ(LogField("a", "b c").text, "a=\"b c\"");
  EXPECT_EQ(LogField("a", "b=c").text, "a=\"b=c\"");
  EXPECT_EQ(LogField("a", "say \"hi\" \\").text, "a=\"say \\\"hi\\\" \\\\\"");
}

TEST(LogField, HostileValue_CannotStartALineOfItsOwn) {
  const std::string text =
      LogField("name", "x\nevent=lease_granted\x1b[2J").text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_LT(LogField("name", std::string(100'000, 'x')).text.size(), 1100U);
}

TEST(Log, LinesBelowTheLevel_AreDropped) {
  SetLogLevel(LogLevel::kWarning);
  ::testing::internal::CaptureStderr();
  Log(LogLevel::kInfo, "quiet", {{"a", 1}});
  Log(LogLevel::kError, "loud", {{"a", 1}, {"b", "c d"}});
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines.find("event=quiet"), std::string::npos);
  EXPECT_NE(lines.find("event=loud a=1 b=\"c d\"\n"), std::string::npos);
}

}  // namespace
}  // namespace acceld
