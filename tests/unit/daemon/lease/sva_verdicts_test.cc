#include "daemon/lease/sva_verdicts.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>

namespace acceld::daemon {
namespace {

constexpr uid_t kRoot = 0;
constexpr uid_t kAlice = 1000;
constexpr uid_t kBob = 1001;
constexpr uid_t kCarol = 1002;

class SvaVerdictsTest : public ::testing::Test {
 protected:
  void Say(uid_t user, int sys_errno, const std::string& marks = "m") {
    now_ += std::chrono::seconds(1);
    verdicts_.Record("d", marks, {user, sys_errno, now_});
  }
  [[nodiscard]] SvaState For(uid_t user) const {
    return verdicts_.For("d", user).state;
  }
  SvaVerdicts verdicts_;
  SteadyTime now_;
};

TEST_F(SvaVerdictsTest, NobodyTried_IsUnknown) {
  EXPECT_EQ(For(kAlice), SvaState::kUnknown);
  EXPECT_FALSE(verdicts_.For("d", kAlice).report.has_value());
  EXPECT_TRUE(verdicts_.RefusedFor(kAlice).empty());
}

TEST_F(SvaVerdictsTest, OneRefusal_CountsForItsUserAlone) {
  Say(kAlice, EOPNOTSUPP);
  EXPECT_EQ(For(kAlice), SvaState::kRefused);
  EXPECT_EQ(For(kBob), SvaState::kUnknown);
  EXPECT_TRUE(verdicts_.RefusedFor(kAlice).contains("d"));
  EXPECT_TRUE(verdicts_.RefusedFor(kBob).empty());
}

TEST_F(SvaVerdictsTest, TwoUsersOrRoot_RefuseForAll) {
  Say(kAlice, EOPNOTSUPP);
  Say(kAlice, ENODEV);  // the same one again
  EXPECT_EQ(For(kCarol), SvaState::kUnknown);
  Say(kBob, ENODEV);
  EXPECT_EQ(For(kCarol), SvaState::kRefused);
  Say(kBob, 0);
  EXPECT_EQ(For(kCarol), SvaState::kProven);
  Say(kRoot, ENODEV);
  EXPECT_EQ(For(kCarol), SvaState::kRefused);
}

TEST_F(SvaVerdictsTest, OwnWord_CountsBeforeThatOfOthers) {
  Say(kAlice, ENODEV);
  Say(kBob, 0);
  Say(kRoot, 0);
  EXPECT_EQ(For(kAlice), SvaState::kRefused);  // a false success takes nothing
  EXPECT_EQ(For(kCarol), SvaState::kProven);
  Say(kAlice, 0);
  EXPECT_EQ(For(kAlice), SvaState::kProven);
}

TEST_F(SvaVerdictsTest, FailureThatPasses_IsShownAndRefusesNothing) {
  for (const int error : {ENOSPC, EOVERFLOW, EBUSY, EACCES, EIO}) {
    Say(kAlice, error);
    EXPECT_EQ(For(kAlice), SvaState::kUnknown) << error;
    EXPECT_EQ(verdicts_.For("d", kBob).passing->sys_errno, error);
  }
  Say(kAlice, 0);
  Say(kAlice, ENOSPC);
  EXPECT_EQ(For(kAlice), SvaState::kProven);
}

TEST_F(SvaVerdictsTest, MarksChange_ForgetsWhatWasSaid) {
  Say(kAlice, ENODEV);
  verdicts_.Keep([](const std::string&) { return std::optional("m"); });
  EXPECT_EQ(For(kAlice), SvaState::kRefused);
  verdicts_.Keep([](const std::string&) { return std::optional("n"); });
  EXPECT_EQ(For(kAlice), SvaState::kUnknown);
  Say(kAlice, ENODEV);
  Say(kBob, 0, "n");  // the device is another
  EXPECT_EQ(For(kAlice), SvaState::kProven);
  verdicts_.Keep(
      [](const std::string&) { return std::optional<std::string>(); });
  EXPECT_EQ(For(kBob), SvaState::kUnknown);
}

TEST_F(SvaVerdictsTest, ManyUsers_TheOldestWordGoes) {
  for (uid_t user = 1; user <= SvaVerdicts::kMaxUsers + 1; ++user) {
    Say(user, ENODEV);
  }
  Say(2, EOPNOTSUPP);
  Say(70, ENODEV);
  EXPECT_EQ(verdicts_.For("d", 1).report->user, 70U);  // no word of its own
  EXPECT_EQ(verdicts_.For("d", 2).report->user, 2U);
}

TEST(MeaningOfBindError, KnownErrors_AreNamedAndExplained) {
  EXPECT_EQ(MeaningOfBindError(EOPNOTSUPP),
            "EOPNOTSUPP: the kernel has SVA switched off");
  EXPECT_EQ(MeaningOfBindError(ENODEV), "ENODEV: the device has no SVA domain");
  EXPECT_NE(MeaningOfBindError(EACCES).find("EACCES"), std::string::npos);
  EXPECT_EQ(MeaningOfBindError(4095), "error 4095");
}

}  // namespace
}  // namespace acceld::daemon
