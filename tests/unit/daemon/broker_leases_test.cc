// What happens to a lease after it was granted: who sees it, who may take its
// grants, and how it is taken away.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "daemon/broker.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

using BrokerLeases = ServingBroker;

// A lease of three grants.
constexpr std::string_view kThree =
    R"({"stages": [{"name": "move", "function": "copy", "count": 2},
                   {"name": "sum", "function": "checksum/crc32c"}]})";

void ExpectCode(const Status& status, ErrorCode code) {
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, code) << status.error().message;
}

template <typename T>
void ExpectCode(const Result<T>& result, ErrorCode code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, code) << result.error().message;
}

TEST_F(BrokerLeases, Find_HidesLeasesOfOthersExceptFromAdministrators) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  const LeaseId alice = Lend(alice_, alices);
  const LeaseId bob = Lend(bob_, bobs);
  EXPECT_NE(broker_->Find(alice_, alice), nullptr);
  EXPECT_EQ(broker_->Find(alice_, bob), nullptr);
  EXPECT_EQ(broker_->Find(bob_, alice), nullptr);
  EXPECT_NE(broker_->Find(root_user_, alice), nullptr);
  EXPECT_NE(broker_->Find(root_user_, bob), nullptr);
  EXPECT_EQ(broker_->LeasesOf(alice_).size(), 1U);
  EXPECT_EQ(broker_->LeasesOf(alice_)[0]->id, alice);
  EXPECT_EQ(broker_->LeasesOf(root_user_).size(), 2U);
}

TEST_F(BrokerLeases, Foreign_LooksLikeNone) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kThree, true);
  ExpectCode(broker_->Take(bob_, id, {}), ErrorCode::kNotFound);
  ExpectCode(broker_->ReportBound(bob_, id, "sum", {0}), ErrorCode::kNotFound);
  int answers = 0;
  broker_->Release(bob_, id, [&](const Status& status) {
    ExpectCode(status, ErrorCode::kNotFound);
    ++answers;
  });
  EXPECT_EQ(answers, 1);
  EXPECT_NE(broker_->Find(alice_, id), nullptr);
}

TEST_F(BrokerLeases, TwoUsers_EachEndIsToldOfOnce) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  const LeaseId alice = Lend(alice_, alices);
  const LeaseId bob = Lend(bob_, bobs);
  bobs.client.Reset();
  RunUntil([&] { return observer_.ended.size() == 1; });
  EXPECT_EQ(observer_.ended[0].id, bob);
  EXPECT_EQ(observer_.ended[0].owner, 1001U);
  EXPECT_EQ(observer_.ended[0].sender, ":1.1001");
  EXPECT_NE(broker_->Find(alice_, alice), nullptr);
  alices.client.Reset();
  RunUntil([&] { return observer_.ended.size() == 2; });
  EXPECT_EQ(observer_.ended[1].id, alice);
}

TEST_F(BrokerLeases, Stop_SendsRevokedAndTellsTheObserver) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  const LeaseId alice = Lend(alice_, alices);
  Lend(bob_, bobs);
  int stopped = 0;
  broker_->Stop("acceld stops", [&] { ++stopped; });
  EXPECT_EQ(stopped, 1);  // nothing is bound
  EXPECT_TRUE(broker_->LeasesOf(root_user_).empty());
  ASSERT_EQ(observer_.ended.size(), 2U);
  for (const EndedLease& lease : observer_.ended) {
    EXPECT_EQ(lease.state, LeaseState::kRevoked);
    EXPECT_EQ(lease.reason, "acceld stops");
  }
  ASSERT_TRUE(api::ReceiveSessionMessage(alices.client.get()));  // the grants
  const auto revoked = api::ReceiveSessionMessage(alices.client.get());
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_EQ(revoked->type, api::SessionMessage::Type::kRevoked);
  EXPECT_EQ(revoked->lease, LeasePath(alice));
  EXPECT_EQ(revoked->reason, "acceld stops");
  // A worker just started holds the daemon's end until its exec is through.
  pollfd ready{alices.client.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ready, 1, 20'000), 1);
  const auto end = api::ReceiveSessionMessage(alices.client.get());
  ExpectCode(end, ErrorCode::kUnavailable);
}

TEST_F(BrokerLeases, WorkerDies_RevokesItsUsersLeasesOnly) {
  Serve();
  SessionPair alices;
  const LeaseId alice = Lend(alice_, alices);
  const std::string device = DeviceOf(alice_, alice);
  const std::vector<pid_t> workers = pool_->worker_pids();
  ASSERT_EQ(workers.size(), 1U);
  SessionPair bobs;
  const LeaseId bob = Lend(bob_, bobs, kWholeGpu);
  ASSERT_EQ(::kill(workers[0], SIGKILL), 0);
  RunUntil([&] { return !observer_.ended.empty(); });
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].id, alice);
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kRevoked);
  EXPECT_NE(observer_.ended[0].reason, "");
  EXPECT_EQ(broker_->InUse(device), 0);
  EXPECT_NE(broker_->Find(bob_, bob), nullptr);
}

TEST_F(BrokerLeases, Take_GivesEachKeptGrantOnce) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kThree, true);
  EXPECT_EQ(broker_->Find(alice_, id)->state, LeaseState::kGranted);
  const auto sum = broker_->Take(alice_, id, {"sum"});
  ASSERT_TRUE(sum) << sum.error().message;
  ASSERT_EQ(sum->grants.size(), 1U);
  EXPECT_EQ(sum->grants.front().stage, "sum");
  EXPECT_TRUE(sum->grants.front().fd.valid());
  EXPECT_EQ(broker_->Find(alice_, id)->state, LeaseState::kActive);
  ExpectCode(broker_->Take(alice_, id, {"sum"}), ErrorCode::kNotFound);
  const auto rest = broker_->Take(alice_, id, {});
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->grants.size(), 2U);
  ExpectCode(broker_->Take(alice_, id, {}), ErrorCode::kNotFound);
}

TEST_F(BrokerLeases, Take_OfGrantsThatWereSent_IsNotFound) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  ExpectCode(broker_->Take(alice_, id, {}), ErrorCode::kNotFound);
}

TEST_F(BrokerLeases, Take_IsTheOwnersAloneNotTheAdministrators) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kThree, true);
  ExpectCode(broker_->Take(root_user_, id, {}), ErrorCode::kNotFound);
}

TEST_F(BrokerLeases, Take_BeyondWhatIsAcknowledged_IsQuotaExceeded) {
  Serve();
  std::vector<SessionPair> pairs(6);
  std::vector<std::string> receipts;
  for (int i = 0; i < 5; ++i) {  // 15 descriptors
    const auto taken = broker_->Take(
        alice_, Lend(alice_, pairs[static_cast<std::size_t>(i)], kThree, true),
        {});
    ASSERT_TRUE(taken) << taken.error().message;
    receipts.push_back(taken->receipt);
  }
  const LeaseId last = Lend(alice_, pairs.back(), kThree, true);
  ExpectCode(broker_->Take(alice_, last, {}), ErrorCode::kQuotaExceeded);
  ExpectCode(broker_->Acknowledge(bob_, receipts[0]), ErrorCode::kNotFound);
  ExpectCode(broker_->Acknowledge(alice_, ""), ErrorCode::kNotFound);
  ASSERT_TRUE(broker_->Acknowledge(alice_, receipts[0]));
  const auto taken = broker_->Take(alice_, last, {});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->grants.size(), 3U);
}

TEST_F(BrokerLeases, Take_ByAConnectionThatLeft_IsForgotten) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kThree, true);
  ASSERT_TRUE(broker_->Take(alice_, id, {}));
  EXPECT_TRUE(broker_->IsDeliveringTo(alice_.sender));
  broker_->ForgetDeliveries(alice_.sender);
  EXPECT_FALSE(broker_->IsDeliveringTo(alice_.sender));
}

TEST_F(BrokerLeases, ReportBound_IsRecordedOnTheDevice) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  const std::string device = DeviceOf(alice_, id);
  const auto state = [&](uid_t user) {
    return broker_->SvaVerdictOf(device, user).state;
  };
  EXPECT_EQ(state(1000), SvaState::kUnknown);
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "move", {EOPNOTSUPP}));
  EXPECT_EQ(state(1000), SvaState::kRefused);
  EXPECT_EQ(state(1001), SvaState::kUnknown);  // one user's word alone
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "move", {0}));
  EXPECT_EQ(state(1001), SvaState::kProven);
  ExpectCode(broker_->ReportBound(alice_, id, "none", {0}),
             ErrorCode::kNotFound);
}

TEST_F(BrokerLeases, ReportBound_BeforeAnythingWasTaken_IsRefused) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kThree, true);
  ExpectCode(broker_->ReportBound(alice_, id, "sum", {EOPNOTSUPP}),
             ErrorCode::kInvalidArgument);
}

TEST_F(BrokerLeases, RefusedToOneUser_IsStillForOthers) {
  Serve();
  constexpr std::string_view kNeedsSva =
      R"({"stages": [{"name": "move", "function": "copy", "sva": "required",
          "select": [{"attribute": "framework", "equals": "idxd"}]}]})";
  SessionPair first;
  const LeaseId id = Lend(alice_, first, kNeedsSva);
  const std::string device = DeviceOf(alice_, id);
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "move", {ENODEV}));
  SessionPair second;
  const LeaseId again = Lend(alice_, second, kNeedsSva);
  EXPECT_NE(DeviceOf(alice_, again), device);
  SessionPair bobs;
  EXPECT_EQ(DeviceOf(bob_, Lend(bob_, bobs, kNeedsSva)), device);
}

TEST_F(BrokerLeases, RescanAndReload_AreTheAdministrators) {
  Serve();
  ExpectCode(broker_->Rescan(alice_), ErrorCode::kPermissionDenied);
  ExpectCode(broker_->Rescan(root_user_), ErrorCode::kUnsupported);
  ExpectCode(Reload(alice_), ErrorCode::kPermissionDenied);
  EXPECT_EQ(broker_->policy().origin(), "10.json");
  ASSERT_TRUE(Reload(root_user_));
  EXPECT_EQ(broker_->policy().origin(), "default");
}

TEST_F(BrokerLeases, ReloadWhileAnAcquireSolves_DecidesByTheNewPolicy) {
  acceld::testing::FakeOffLoop at_once;
  off_loop_instead_ = &at_once;
  Serve();
  SessionPair pair;
  Acquiring acquiring;
  Start(acquiring, alice_, std::move(pair.daemon), kCopy);
  broker_->ReloadPolicy(root_user_, nullptr);  // hardware is root's now
  at_once.Deliver();
  RunUntil([&] { return acquiring.answer.has_value(); });
  ExpectCode(*acquiring.answer, ErrorCode::kUnsatisfiable);
  EXPECT_TRUE(broker_->LeasesOf(root_user_).empty());
}

}  // namespace
}  // namespace acceld::daemon
