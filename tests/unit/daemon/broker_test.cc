// Acquire and what it leaves behind, where it succeeds and where it fails.
#include "daemon/broker.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

class BrokerTest : public ServingBroker {
 protected:
  void ExpectCode(const Result<Broker::Acquired>& result, ErrorCode code) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code) << result.error().message;
  }
  void RunUntilNothingTaken() {
    RunUntil([&] {
      std::int64_t in_use = 0;
      for (const graph::Vertex& vertex : machine_->topology()->vertices()) {
        in_use += broker_->InUse(vertex.key);
      }
      return in_use == 0;
    });
    ExpectNothingTaken();
  }
  // Nobody has a lease and every device is as before.
  void ExpectNothingTaken() {
    EXPECT_TRUE(broker_->LeasesOf(root_user_).empty());
    for (const graph::Vertex& vertex : machine_->topology()->vertices()) {
      EXPECT_EQ(broker_->InUse(vertex.key), 0) << vertex.key;
    }
  }
};

TEST_F(BrokerTest, Acquire_SendsTheGrantsOnTheSessionSocket) {
  Serve();
  SessionPair pair;
  const auto acquired = Acquire(alice_, std::move(pair.daemon),
                                R"({"stages": [{"name": "move",
                                    "function": "copy", "count": 2}]})");
  ASSERT_TRUE(acquired) << acquired.error().message;
  const auto message = api::ReceiveSessionMessage(pair.client.get());
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->type, api::SessionMessage::Type::kGrants);
  EXPECT_EQ(message->lease, LeasePath(acquired->lease));
  EXPECT_TRUE(message->last);
  ASSERT_EQ(message->grants.size(), 2U);
  const Lease* lease = broker_->Find(alice_, acquired->lease);
  ASSERT_NE(lease, nullptr);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(message->grants[i].stage, "move");
    EXPECT_EQ(message->grants[i].device, lease->devices[i]);
    EXPECT_TRUE(message->grants[i].fd.valid());
  }
}

TEST_F(BrokerTest, Acquire_RecordsWhoAskedAndWhatIsInUse) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  const Lease* lease = broker_->Find(alice_, id);
  ASSERT_NE(lease, nullptr);
  EXPECT_EQ(lease->owner, 1000U);
  EXPECT_EQ(lease->sender, ":1.1000");
  EXPECT_EQ(lease->pid, 11);
  EXPECT_EQ(lease->state, LeaseState::kActive);
  EXPECT_EQ(broker_->InUse(lease->devices.at(0)), 1);
}

TEST_F(BrokerTest, ClientClosesItsEnd_EndsTheLeaseAndFreesTheDevice) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  const std::string device = DeviceOf(alice_, id);
  pair.client.Reset();
  RunUntil([&] { return broker_->InUse(device) == 0; });
  EXPECT_EQ(broker_->Find(alice_, id), nullptr);
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].id, id);
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kReleased);
  EXPECT_EQ(observer_.ended[0].reason, "");
  ExpectNothingTaken();
}

TEST_F(BrokerTest, Release_AnswersOnceAndOnlyWhenTheDeviceIsFree) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  const std::string device = DeviceOf(alice_, id);
  int answers = 0;
  broker_->Release(alice_, id, [&](const Status& status) {
    EXPECT_TRUE(status.has_value());
    EXPECT_EQ(broker_->InUse(device), 0);
    ++answers;
  });
  EXPECT_EQ(answers, 0);  // the worker has not said yet that it is closed
  EXPECT_EQ(broker_->Find(alice_, id), nullptr);
  EXPECT_EQ(broker_->InUse(device), 1);
  RunUntil([&] { return answers > 0; });
  pair.client.Reset();  // the end of the socket ends nothing a second time
  acceld::testing::RunReady(*loop_);
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(observer_.ended.size(), 1U);
  ExpectNothingTaken();
}

TEST_F(BrokerTest, Release_Twice_IsNotFound) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  int released = 0;
  int refused = 0;
  broker_->Release(alice_, id, [&](const Status&) { ++released; });
  broker_->Release(alice_, id, [&](const Status& status) {
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kNotFound);
    ++refused;
  });
  EXPECT_EQ(refused, 1);
  RunUntil([&] { return released == 1; });
}

TEST_F(BrokerTest, SessionClosedMeanwhile_LeavesNothingBehind) {
  Serve();
  SessionPair pair;
  Acquiring acquiring;
  Start(acquiring, alice_, std::move(pair.daemon), kCopy);
  pair.client.Reset();
  RunUntil([&] { return acquiring.answer.has_value(); });
  ExpectCode(*acquiring.answer, ErrorCode::kDeviceGone);
  // What was opened is charged until its worker has closed it.
  RunUntilNothingTaken();
}

TEST_F(BrokerTest, SessionClosedMeanwhile_KeptGrantsEndToo) {
  Serve();
  SessionPair pair;
  Acquiring acquiring;
  Start(acquiring, alice_, std::move(pair.daemon), kCopy, true);
  pair.client.Reset();
  RunUntil([&] { return acquiring.answer.has_value(); });
  RunUntil([&] { return broker_->LeasesOf(alice_).empty(); });
  RunUntilNothingTaken();
}

TEST_F(BrokerTest, NoSessionSocket_IsRefusedAtOnce) {
  Serve();
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd writer(ends[1]);
  Acquiring acquiring;
  Start(acquiring, alice_, UniqueFd(ends[0]), kCopy);
  ASSERT_EQ(acquiring.answers, 1);
  ExpectCode(*acquiring.answer, ErrorCode::kInvalidArgument);
}

TEST_F(BrokerTest, RequestThatCannotBeMet_LeavesNothingBehind) {
  Serve();
  SessionPair pair;
  const auto acquired = Acquire(
      alice_, std::move(pair.daemon),
      R"({"stages": [{"name": "many", "function": "graphics", "count": 64},
                     {"name": "more", "function": "copy",
                      "select": [{"attribute": "vendor", "equals": "ffff"}]}]})");
  ExpectCode(acquired, ErrorCode::kInvalidArgument);  // 65 stages in all
  SessionPair other;
  ExpectCode(Acquire(alice_, std::move(other.daemon),
                     R"({"stages": [{"name": "x", "function": "copy",
                         "select": [{"attribute": "vendor",
                                     "equals": "ffff"}]}]})"),
             ErrorCode::kUnsatisfiable);
  ExpectNothingTaken();
}

TEST_F(BrokerTest, TwoWantTheSameDeviceAtOnce_OneGetsIt) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  Acquiring alice;
  Acquiring bob;
  Start(alice, alice_, std::move(alices.daemon), kWholeGpu);
  Start(bob, bob_, std::move(bobs.daemon), kWholeGpu);
  RunUntil([&] { return alice.answer && bob.answer; });
  EXPECT_NE(alice.answer->has_value(), bob.answer->has_value());
  ExpectCode(*alice.answer ? *bob.answer : *alice.answer, ErrorCode::kBusy);
  EXPECT_EQ(broker_->LeasesOf(root_user_).size(), 1U);
  EXPECT_EQ(broker_->InUse("accelerator:renderD128"), 1);
}

TEST_F(BrokerTest, LeaseLimit_CountsUntilTheLeaseIsFreed) {
  Serve(GrantMode::kStandIn, R"(, "limits": {"max_leases_per_user": 1})");
  SessionPair first;
  const LeaseId id = Lend(alice_, first);
  SessionPair second;
  ExpectCode(Acquire(alice_, std::move(second.daemon), kCopy),
             ErrorCode::kQuotaExceeded);
  SessionPair bobs;
  Lend(bob_, bobs);
  bool released = false;
  broker_->Release(alice_, id, [&](const Status&) { released = true; });
  RunUntil([&] { return released; });
  SessionPair third;
  Lend(alice_, third);
}

TEST_F(BrokerTest, BufferLimit_IsKept) {
  Serve(GrantMode::kStandIn,
        R"(, "limits": {"max_buffer_bytes_per_user": "1MiB"})");
  SessionPair pair;
  ExpectCode(Acquire(alice_, std::move(pair.daemon),
                     R"({"stages": [{"name": "x", "function": "copy"}],
                         "links": [{"from": "host", "to": "x",
                                    "buffer": {"size": "1025KiB"}}]})"),
             ErrorCode::kQuotaExceeded);
  ExpectNothingTaken();
}

TEST_F(BrokerTest, PlanOnly_PlansAndGrantsNothing) {
  Serve(GrantMode::kPlanOnly);
  SessionPair pair;
  ExpectCode(Acquire(alice_, std::move(pair.daemon), kCopy),
             ErrorCode::kUnsupported);
  std::optional<Result<Document>> plan;
  broker_->Plan(alice_, {*ParseJson(kCopy)},
                [&](Result<Document> answer) { plan = std::move(answer); });
  RunUntil([&] { return plan.has_value(); });
  ASSERT_TRUE(*plan) << plan->error().message;
  EXPECT_NE((*plan)->AsObject(), nullptr);
  EXPECT_EQ(broker_->mode(), "host");
  ExpectNothingTaken();
}

TEST_F(BrokerTest, Plan_OfAMalformedRequest_IsInvalid) {
  Serve();
  std::optional<Result<Document>> plan;
  broker_->Plan(alice_, {},
                [&](Result<Document> answer) { plan = std::move(answer); });
  RunUntil([&] { return plan.has_value(); });
  ASSERT_FALSE(plan->has_value());
  EXPECT_EQ(plan->error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(broker_->mode(), "stand-in");
}

}  // namespace
}  // namespace acceld::daemon
