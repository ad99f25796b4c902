#include "daemon/policy_watch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <systemd/sd-event.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "daemon/event_loop.h"
#include "tests/support/run_loop.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

namespace fs = std::filesystem;

class PolicyWatchTest : public ::testing::Test {
 protected:
  void Watch(const std::string& name) {
    auto loop = EventLoop::Make();
    ASSERT_TRUE(loop) << loop.error().message;
    loop_ = *std::move(loop);
    auto watch = PolicyWatch::Start(directory_.At(name), *loop_, clock_,
                                    [this] { ++changes_; });
    ASSERT_TRUE(watch) << watch.error().message;
    watch_ = *std::move(watch);
  }
  void ExpectToldOnce() {
    const int before = changes_;
    acceld::testing::RunUntil(*loop_, [&] { return changes_ > before; });
    EXPECT_EQ(changes_, before + 1);
    ExpectQuiet();
  }
  // Nothing has happened that will be told.
  void ExpectQuiet() {
    const int before = changes_;
    acceld::testing::RunReady(*loop_);
    EXPECT_FALSE(watch_->is_pending());
    EXPECT_EQ(changes_, before);
  }
  void Write(const std::string& name) {
    std::ofstream(directory_.At(name)) << "{}";
  }

  acceld::testing::TempDir directory_;
  SteadyClock clock_;
  int changes_ = 0;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<PolicyWatch> watch_;
};

TEST_F(PolicyWatchTest, Files_WrittenTogether_AreToldOnce) {
  directory_.AddDirectory("policy.d");
  Watch("policy.d");
  ExpectQuiet();
  Write("policy.d/10.json");
  Write("policy.d/20.json");
  ExpectToldOnce();
  fs::rename(directory_.At("policy.d/10.json"), directory_.At("10.json"));
  ExpectToldOnce();
  fs::remove(directory_.At("policy.d/20.json"));
  ExpectToldOnce();
}

TEST_F(PolicyWatchTest, WhatIsNotRead_IsNotTold) {
  directory_.AddDirectory("policy.d");
  Watch("policy.d");
  Write("policy.d/10.json~");
  Write("policy.d/.10.json");
  Write("elsewhere.json");
  ExpectQuiet();
}

TEST_F(PolicyWatchTest, ModeOfTheDirectory_IsTold) {
  directory_.AddDirectory("policy.d");
  Watch("policy.d");
  ASSERT_EQ(::chmod(directory_.At("policy.d").c_str(), 0700), 0);
  ExpectToldOnce();
}

TEST_F(PolicyWatchTest, DirectoryThatIsNotThereYet_IsFollowed) {
  Watch("etc/acceld/policy.d");
  fs::create_directory(directory_.At("etc"));
  ExpectToldOnce();
  fs::create_directories(directory_.At("etc/acceld/policy.d"));
  ExpectToldOnce();
  Write("etc/acceld/policy.d/10.json");
  ExpectToldOnce();
}

TEST_F(PolicyWatchTest, DirectoryThatIsReplaced_IsFollowed) {
  directory_.AddDirectory("policy.d");
  directory_.AddFile("new/10.json", "{}");
  Watch("policy.d");
  fs::rename(directory_.At("policy.d"), directory_.At("old"));
  fs::rename(directory_.At("new"), directory_.At("policy.d"));
  ExpectToldOnce();
  Write("old/10.json");
  ExpectQuiet();
  Write("policy.d/20.json");
  ExpectToldOnce();
}

// Anybody may make files in /tmp, all day.
TEST_F(PolicyWatchTest, WhatHappensBesideTheWay_WakesNobody) {
  directory_.AddDirectory("acceld/policy.d");
  Watch("acceld/policy.d");
  acceld::testing::RunReady(*loop_);
  Write("beside");
  fs::remove(directory_.At("beside"));
  EXPECT_EQ(sd_event_run(loop_->native(), 0), 0);
}

TEST_F(PolicyWatchTest, WayThatIsReplaced_IsFollowed) {
  directory_.AddDirectory("etc/acceld/policy.d");
  directory_.AddFile("new/acceld/policy.d/10.json", "{}");
  Watch("etc/acceld/policy.d");
  fs::rename(directory_.At("etc"), directory_.At("old"));
  ExpectToldOnce();
  fs::rename(directory_.At("new"), directory_.At("etc"));
  ExpectToldOnce();
  Write("etc/acceld/policy.d/20.json");
  ExpectToldOnce();
}

TEST_F(PolicyWatchTest, ParentThatIsRemoved_IsFollowed) {
  directory_.AddDirectory("acceld/policy.d");
  Watch("acceld/policy.d");
  fs::remove_all(directory_.At("acceld"));
  ExpectToldOnce();
  directory_.AddFile("acceld/policy.d/10.json", "{}");
  ExpectToldOnce();
}

}  // namespace
}  // namespace acceld::daemon
