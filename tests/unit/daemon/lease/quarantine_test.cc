#include "daemon/lease/quarantine.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/unit/daemon/fake_off_loop.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeClock;
using acceld::testing::FakeOffLoop;
using std::chrono::milliseconds;

const Holder kTrain{1203, 1000, "train"};

// What a test makes of a binding, and what was done to it.
struct Script {
  std::vector<Holder> holders;
  std::optional<Error> look_fails;
  std::vector<Error> restore_fails;  // used up one after the other
  std::string done;                  // "revoke find restore gone"
};

class ScriptedBinding final : public Binding {
 public:
  explicit ScriptedBinding(Script& script) : script_(script) {}
  ~ScriptedBinding() override { script_.done += " gone"; }
  void Revoke() noexcept override { script_.done += "revoke"; }
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    script_.done += " find";
    if (script_.look_fails) return Fail(*script_.look_fails);
    return script_.holders;
  }
  [[nodiscard]] Status Restore() override {
    script_.done += " restore";
    if (script_.restore_fails.empty()) return {};
    const Error error = script_.restore_fails.front();
    script_.restore_fails.erase(script_.restore_fails.begin());
    return Fail(error);
  }

 private:
  Script& script_;
};

class QuarantineTest : public ::testing::Test {
 protected:
  void Take(const std::string& device = "accelerator:a") {
    quarantine_.Take({"1f", {1000, {}}, device},
                     std::make_unique<ScriptedBinding>(script_),
                     [this] { ++freed_; });
  }

  FakeClock clock_;
  FakeOffLoop loop_;
  Script script_;
  Script other_;
  int freed_ = 0;
  Quarantine quarantine_{loop_, clock_};
};

TEST_F(QuarantineTest, NobodyHoldsIt_IsRevokedRestoredAndFreed) {
  Take();
  EXPECT_EQ(freed_, 0);  // never from within Take()
  EXPECT_FALSE(quarantine_.empty());
  loop_.Deliver();
  EXPECT_EQ(freed_, 1);
  EXPECT_TRUE(quarantine_.empty());
  EXPECT_TRUE(loop_.timers.empty());
  EXPECT_EQ(script_.done, "revoke find restore gone");
  EXPECT_EQ(loop_.users, std::vector<uid_t>{1000});
}

TEST_F(QuarantineTest, Held_StaysUntilTheHolderIsGone) {
  script_.holders = {kTrain};
  Take();
  loop_.Deliver();
  loop_.Fire();
  EXPECT_EQ(freed_, 0);
  EXPECT_EQ(script_.done, "revoke find find");
  const auto stays = quarantine_.StaysOn("accelerator:a");
  ASSERT_EQ(stays.size(), 1U);
  EXPECT_EQ(stays[0].holders, std::vector<Holder>{kTrain});
  EXPECT_EQ(stays[0].origin.lease, "1f");
  EXPECT_TRUE(quarantine_.StaysOn("accelerator:b").empty());
  script_.holders.clear();
  loop_.Fire();
  EXPECT_EQ(freed_, 1);
  EXPECT_EQ(script_.done, "revoke find find find restore gone");
}

TEST_F(QuarantineTest, Held_IsAskedEverLessOften) {
  script_.holders = {kTrain};
  Take();
  loop_.Deliver();
  for (int i = 0; i < 8; ++i) loop_.Fire();
  EXPECT_EQ(loop_.delays,
            (std::vector<milliseconds>{
                milliseconds(100), milliseconds(200), milliseconds(400),
                milliseconds(800), milliseconds(1600), milliseconds(3200),
                milliseconds(5000), milliseconds(5000), milliseconds(5000)}));
}

TEST_F(QuarantineTest, RestoreFails_IsTriedAgainFromTheLook) {
  script_.restore_fails = {{ErrorCode::kBusy, "somebody opened it", 0},
                           {ErrorCode::kIo, "no reset", 5}};
  Take();
  loop_.Deliver();
  EXPECT_EQ(quarantine_.StaysOn("accelerator:a").at(0).trouble,
            "somebody opened it");
  loop_.Fire();
  EXPECT_EQ(quarantine_.StaysOn("accelerator:a").at(0).trouble, "no reset");
  EXPECT_EQ(freed_, 0);
  loop_.Fire();
  EXPECT_EQ(freed_, 1);
  EXPECT_EQ(script_.done, "revoke find restore find restore find restore gone");
}

TEST_F(QuarantineTest, NotKnownWhoHoldsIt_IsNotRestored) {
  script_.look_fails = Error{ErrorCode::kPermissionDenied, "no ptrace", 1};
  Take();
  loop_.Deliver();
  EXPECT_EQ(script_.done, "revoke find");
  EXPECT_EQ(quarantine_.StaysOn("accelerator:a").at(0).trouble, "no ptrace");
  script_.look_fails.reset();
  loop_.Fire();
  EXPECT_EQ(freed_, 1);
}

TEST_F(QuarantineTest, NoThreadFree_IsTriedAgainLater) {
  loop_.refuses = true;
  Take();
  EXPECT_EQ(script_.done, "revoke");
  ASSERT_EQ(loop_.timers.size(), 1U);
  loop_.refuses = false;
  loop_.Fire();
  EXPECT_EQ(freed_, 1);
}

TEST_F(QuarantineTest, TwoOnOneDevice_AreFreedEachOnItsOwn) {
  other_.holders = {kTrain};
  quarantine_.Take({"2e", {1001, {}}, "accelerator:a"},
                   std::make_unique<ScriptedBinding>(other_), [] {});
  Take();
  EXPECT_EQ(quarantine_.StaysOn("accelerator:a").size(), 2U);
  loop_.Deliver();
  EXPECT_EQ(freed_, 1);
  ASSERT_EQ(quarantine_.StaysOn("accelerator:a").size(), 1U);
  EXPECT_EQ(quarantine_.StaysOn("accelerator:a")[0].origin.lease, "2e");
}

TEST_F(QuarantineTest, Rest_BeginsWhenItIsGivenBack) {
  int given_back = 0;
  quarantine_.Take(
      {"1f", {1000, {}}, "accelerator:a", nullptr, std::chrono::seconds(10)},
      std::make_unique<ScriptedBinding>(script_), [this] { ++freed_; },
      [&] { ++given_back; });
  EXPECT_EQ(given_back, 0);  // never from within Take()
  loop_.Deliver();
  EXPECT_EQ(given_back, 1);
  EXPECT_EQ(freed_, 0);
  EXPECT_FALSE(quarantine_.empty());
  loop_.Fire();
  EXPECT_EQ(given_back, 1);
  EXPECT_EQ(freed_, 1);
  EXPECT_EQ(loop_.delays, std::vector<milliseconds>{milliseconds(10000)});
}

TEST_F(QuarantineTest, FreedTakesTheNext_IsNoTrouble) {
  quarantine_.Take({"1f", {1000, {}}, "accelerator:a"},
                   std::make_unique<ScriptedBinding>(script_),
                   [this] { Take("accelerator:b"); });
  loop_.Deliver();
  EXPECT_EQ(freed_, 1);
  EXPECT_TRUE(quarantine_.empty());
}

}  // namespace
}  // namespace acceld::daemon
