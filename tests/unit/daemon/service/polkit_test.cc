#include "daemon/service/polkit.h"

#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/fake_polkit.h"
#include "tests/support/private_bus.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakePolkit;
using Behaviour = FakePolkit::Behaviour;
using std::chrono::milliseconds;

constexpr std::uint64_t kPatience =
    50'000;  // microseconds, then it looks again

class PolkitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto bus = acceld::testing::PrivateBus::Start();
    ASSERT_TRUE(bus) << bus.error().message;
    bus_ = *std::move(bus);
    ASSERT_GE(sd_bus_new(&connection_), 0);
    ASSERT_GE(sd_bus_set_address(connection_, bus_->address().c_str()), 0);
    ASSERT_GE(sd_bus_set_bus_client(connection_, 1), 0);
    ASSERT_GE(sd_bus_start(connection_), 0);
    Listen({});
  }
  ~PolkitTest() override {
    polkit_.reset();
    sd_bus_flush_close_unref(connection_);
  }
  void Listen(const Polkit::Patience& patience) {
    polkit_ = std::make_unique<Polkit>(connection_, patience);
  }
  void Start(Behaviour behaviour) {
    authority_ = std::make_unique<FakePolkit>(bus_->address(), behaviour);
  }
  template <typename Condition>
  void RunUntil(Condition holds) {
    while (!holds()) {
      const int done = sd_bus_process(connection_, nullptr);
      ASSERT_GE(done, 0);
      if (done == 0) {
        ASSERT_GE(sd_bus_wait(connection_, kPatience), 0);
      }
    }
  }
  // Nothing where it was let through.
  std::optional<ErrorCode> Ask(bool interactive = false) {
    std::optional<Status> answer;
    polkit_->Ask({Action::kReload, ":1.77", 1000, interactive},
                 [&](Status may) { answer = std::move(may); });
    RunUntil([&] { return answer.has_value(); });
    if (!answer || *answer) return std::nullopt;
    return answer->error().code;
  }

  std::unique_ptr<acceld::testing::PrivateBus> bus_;
  sd_bus* connection_ = nullptr;
  std::unique_ptr<FakePolkit> authority_;
  std::unique_ptr<Polkit> polkit_;
};

TEST_F(PolkitTest, Grants_LetsThrough_AndAsksForTheCallersName) {
  Start(Behaviour::kGrants);
  EXPECT_EQ(Ask(), std::nullopt);
  const auto asked = authority_->asked();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].subject_kind, "system-bus-name");
  EXPECT_EQ(asked[0].name, ":1.77");
  EXPECT_EQ(asked[0].action, "org.acceld1.reload");
  EXPECT_EQ(asked[0].flags, 0U);
}

TEST_F(PolkitTest, Interactive_IsPassedOn) {
  Start(Behaviour::kGrants);
  EXPECT_EQ(Ask(true), std::nullopt);
  EXPECT_EQ(authority_->asked().at(0).flags, 1U);
}

TEST_F(PolkitTest, Refuses_Challenges_Fails_AreDenials) {
  for (const auto behaviour :
       {Behaviour::kRefuses, Behaviour::kChallenges, Behaviour::kFails}) {
    Start(behaviour);
    EXPECT_EQ(Ask(), ErrorCode::kPermissionDenied);
    authority_.reset();
  }
}

TEST_F(PolkitTest, Absent_IsADenial) {
  EXPECT_EQ(Ask(), ErrorCode::kPermissionDenied);
}

TEST_F(PolkitTest, Hangs_IsADenialInTime_AndIsCancelled) {
  Start(Behaviour::kHangs);
  Listen({milliseconds(50), milliseconds(50)});
  EXPECT_EQ(Ask(), ErrorCode::kPermissionDenied);
  ASSERT_GE(sd_bus_flush(connection_), 0);
  while (authority_->cancelled() == 0) std::this_thread::yield();
}

TEST_F(PolkitTest, Crashes_IsADenial) {
  Start(Behaviour::kHangs);
  std::optional<Status> answer;
  polkit_->Ask({Action::kTaint, ":1.77", 1000, false},
               [&](Status may) { answer = std::move(may); });
  ASSERT_GE(sd_bus_flush(connection_), 0);
  while (authority_->asked().empty()) std::this_thread::yield();
  authority_.reset();
  RunUntil([&] { return answer.has_value(); });
  EXPECT_FALSE(*answer);
}

TEST_F(PolkitTest, ManyQuestions_AreBounded) {
  Start(Behaviour::kHangs);
  std::size_t quota = 0;
  std::size_t busy = 0;
  const auto count = [&](const Status& may) {
    if (may) return;
    if (may.error().code == ErrorCode::kQuotaExceeded) ++quota;
    if (may.error().code == ErrorCode::kBusy) ++busy;
  };
  for (uid_t user = 1; user <= 20; ++user) {
    for (std::size_t i = 0; i <= Polkit::kMaxOpenOfUser; ++i) {
      polkit_->Ask({Action::kReload, ":1.77", user, false}, count);
    }
  }
  EXPECT_EQ(quota, 15U);  // the fifth of each user, until all are too many
  EXPECT_EQ(busy, 21U);
}

}  // namespace
}  // namespace acceld::daemon
