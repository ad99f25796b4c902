// Leases that outlive their session, and who may go on with them.
#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <string>
#include <utility>

#include "daemon/broker.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeOffLoop;
using acceld::testing::SessionPair;
using std::chrono_literals::operator""s;

constexpr std::chrono::nanoseconds kMinute = 60s;

class BrokerLingering : public ServingBroker {
 protected:
  BrokerLingering() { off_loop_instead_ = &timers_; }

  Result<Broker::Acquired> Ask(SessionPair& pair,
                               std::chrono::nanoseconds linger) {
    Broker::AcquireRequest request;
    request.pipeline = *ParseJson(kWholeGpu);
    request.session = std::move(pair.daemon);
    request.label = "agent/1";
    request.linger = linger;
    std::optional<Result<Broker::Acquired>> answer;
    broker_->Acquire(
        alice_, std::move(request),
        [&](Result<Broker::Acquired> given) { answer = std::move(given); });
    RunUntil([&] { return answer.has_value(); });
    return *std::move(answer);
  }
  // One whose client read its grants.
  LeaseId LendFor(SessionPair& pair, std::chrono::nanoseconds linger) {
    const auto acquired = Ask(pair, linger);
    EXPECT_TRUE(acquired) << acquired.error().message;
    EXPECT_TRUE(api::ReceiveSessionMessage(pair.client.get()));
    return acquired->lease;
  }
  std::string StateOf(const LeaseId& id) {
    const Lease* lease = broker_->Find(alice_, id);
    return lease == nullptr ? "none" : std::string(StateName(*lease));
  }
  void Close(SessionPair& pair, const LeaseId& id) {
    pair.client.Reset();
    RunUntil([&] { return StateOf(id) != "active"; });
  }
  ErrorCode CodeOf(const Status& status) {
    return status ? ErrorCode::kInternal : status.error().code;
  }

  FakeOffLoop timers_;
};

TEST_F(BrokerLingering, SessionClosed_KeepsTheLeaseForItsTimeOnly) {
  Serve();
  SessionPair pair;
  const LeaseId id = LendFor(pair, kMinute);
  const std::string device = DeviceOf(alice_, id);
  Close(pair, id);
  EXPECT_EQ(StateOf(id), "lingering");
  EXPECT_EQ(broker_->InUse(device), 1);
  EXPECT_EQ(timers_.delays.back(), kMinute);
  EXPECT_TRUE(observer_.ended.empty());
  timers_.Fire();
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kReleased);
  RunUntil([&] { return broker_->InUse(device) == 0; });
}

TEST_F(BrokerLingering, Attach_OfAnotherSession_MakesThatTheLeasesLife) {
  Serve();
  SessionPair first;
  const LeaseId id = LendFor(first, kMinute);
  Close(first, id);
  SessionPair second;
  const Asker again{alice_.subject, ":1.2000", 99};
  ASSERT_TRUE(broker_->Attach(again, id, std::move(second.daemon)));
  EXPECT_EQ(StateOf(id), "active");
  EXPECT_EQ(broker_->Find(alice_, id)->sender, ":1.2000");
  EXPECT_EQ(broker_->Find(alice_, id)->label, "agent/1");
  Close(second, id);
  EXPECT_EQ(StateOf(id), "lingering");
}

TEST_F(BrokerLingering, Attach_WhileASessionIsOpen_ClosesThatOne) {
  Serve();
  SessionPair first;
  const LeaseId id = LendFor(first, {});
  SessionPair second;
  ASSERT_TRUE(broker_->Attach(alice_, id, std::move(second.daemon)));
  // A worker just started holds the daemon's end until its exec is through.
  pollfd ready{first.client.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ready, 1, 20'000), 1);
  const auto news = api::ReceiveSessionMessage(first.client.get());
  ASSERT_FALSE(news);
  EXPECT_EQ(news.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(StateOf(id), "active");
  Close(second, id);
  EXPECT_EQ(StateOf(id), "none");  // it was not to linger
}

TEST_F(BrokerLingering, Attach_WhileGrantsAreUnread_IsBusyAndChangesNothing) {
  Serve();
  SessionPair first;
  const auto acquired = Ask(first, kMinute);
  ASSERT_TRUE(acquired);
  SessionPair second;
  EXPECT_EQ(CodeOf(broker_->Attach(alice_, acquired->lease,
                                   std::move(second.daemon))),
            ErrorCode::kBusy);
  EXPECT_TRUE(api::ReceiveSessionMessage(first.client.get()));
  EXPECT_EQ(StateOf(acquired->lease), "active");
}

TEST_F(BrokerLingering, Attach_IsTheOwnersAloneNotTheAdministrators) {
  Serve();
  SessionPair pair;
  const LeaseId id = LendFor(pair, kMinute);
  Close(pair, id);
  for (const Asker& other : {bob_, root_user_}) {
    SessionPair theirs;
    EXPECT_EQ(CodeOf(broker_->Attach(other, id, std::move(theirs.daemon))),
              ErrorCode::kNotFound);
  }
  EXPECT_EQ(StateOf(id), "lingering");
}

TEST_F(BrokerLingering, Attach_OfNoSessionSocket_LeavesItLingering) {
  Serve();
  SessionPair pair;
  const LeaseId id = LendFor(pair, kMinute);
  Close(pair, id);
  EXPECT_EQ(CodeOf(broker_->Attach(alice_, id, UniqueFd())),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(StateOf(id), "lingering");
}

TEST_F(BrokerLingering, Release_EndsALeaseThatLingers) {
  Serve();
  SessionPair pair;
  const LeaseId id = LendFor(pair, kMinute);
  Close(pair, id);
  bool is_released = false;
  broker_->Release(alice_, id, [&](const Status& status) {
    is_released = status.has_value();
  });
  RunUntil([&] { return is_released; });
  EXPECT_EQ(StateOf(id), "none");
}

TEST_F(BrokerLingering, Acquire_ToLingerLongerThanThePolicyLets_IsRefused) {
  Serve(GrantMode::kStandIn, R"(, "limits": {"max_linger": "10s"})");
  SessionPair pair;
  const auto acquired = Ask(pair, kMinute);
  ASSERT_FALSE(acquired);
  EXPECT_EQ(acquired.error().code, ErrorCode::kInvalidArgument);
  SessionPair another;
  EXPECT_TRUE(Ask(another, 10s));
}

}  // namespace
}  // namespace acceld::daemon
