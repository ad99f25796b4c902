// Reloads, revocations and taints: what is for administrators.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/broker.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

constexpr std::string_view kDenyAlice = R"({"version": 1, "default": "allow",
  "rules": [{"effect": "deny", "users": [1000], "reason": "left the project"}]
  )";

constexpr std::string_view kTwoLeases = R"({"version": 1, "default": "allow",
  "quotas": [{"name": "two", "leases": 2}])";

constexpr std::string_view kRefusesAll = R"({"version": 1, "default": "allow",
  "taints": [{"name": "burnt", "effect": "refuse",
              "devices": [{"attribute": "framework", "exists": true}]}]})";

template <typename T>
void ExpectCode(const Result<T>& result, ErrorCode code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, code) << result.error().message;
}

class BrokerPolicy : public ServingBroker {
 protected:
  BrokerPolicy() { policy_directory_ = files_.path(); }
  void Write(const std::string& text) { files_.AddFile("10.json", text); }
  static Asker Granted(Asker asker, Action action) {
    asker.granted = action;
    return asker;
  }
  Status Revoke(const Asker& asker, const LeaseId& id) {
    std::optional<Status> answer;
    broker_->Revoke(asker, id, "fan broken",
                    [&](Status revoked) { answer = std::move(revoked); });
    RunUntil([&] { return answer.has_value(); });
    return *answer;
  }
  acceld::testing::TempDir files_;
};

TEST_F(BrokerPolicy, Reload_ListsLeasesThatItForbids_AndLetsThemStay) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  const LeaseId alice = Lend(alice_, alices);
  Lend(bob_, bobs);
  const std::string device = DeviceOf(alice_, alice);
  Write(std::string(kDenyAlice) + "}");
  const auto report = Reload(root_user_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->forbidden.size(), 1U);
  const ForbiddenLease& lease = report->forbidden[0];
  EXPECT_EQ(lease.lease, alice);
  EXPECT_EQ(lease.owner, 1000U);
  EXPECT_EQ(lease.device, device);
  EXPECT_EQ(lease.function, "copy");
  EXPECT_EQ(lease.rule, "10.json#/rules/0");
  EXPECT_EQ(lease.reason, "left the project");
  EXPECT_FALSE(lease.revoked);
  EXPECT_EQ(broker_->LeasesOf(root_user_).size(), 2U);
  EXPECT_EQ(broker_->policy_state().number, 2U);
  EXPECT_EQ(observer_.new_policies, 1);
}

TEST_F(BrokerPolicy, Reload_RevokesWhatItForbids_WhereThePolicySaysSo) {
  Serve();
  SessionPair alices;
  SessionPair bobs;
  const LeaseId alice = Lend(alice_, alices);
  Lend(bob_, bobs);
  Write(std::string(kDenyAlice) + R"(, "reload": {"revoke_forbidden": true}})");
  const auto report = Reload(root_user_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->forbidden.size(), 1U);
  EXPECT_TRUE(report->forbidden[0].revoked);
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].id, alice);
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kRevoked);
  EXPECT_NE(observer_.ended[0].reason.find("left the project"),
            std::string::npos);
  EXPECT_EQ(broker_->LeasesOf(root_user_).size(), 1U);
}

TEST_F(BrokerPolicy, ShrunkQuota_ListsTheNewestLeasesOverIt) {
  Serve();
  std::vector<SessionPair> pairs(3);
  std::vector<LeaseId> alices;
  for (SessionPair& pair : pairs) alices.push_back(Lend(alice_, pair));
  SessionPair bobs;
  Lend(bob_, bobs);
  Write(std::string(kTwoLeases) + "}");
  const auto report = Reload(root_user_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->forbidden.size(), 1U);
  const ForbiddenLease& lease = report->forbidden[0];
  EXPECT_EQ(lease.lease, alices.back());
  EXPECT_EQ(lease.device, DeviceOf(alice_, alices.back()));
  EXPECT_EQ(lease.function, "copy");
  EXPECT_EQ(lease.rule, "10.json#/quotas/0");
  EXPECT_NE(lease.reason.find("'two'"), std::string::npos) << lease.reason;
  EXPECT_FALSE(lease.revoked);
  EXPECT_EQ(broker_->LeasesOf(root_user_).size(), 4U);
  SessionPair more;
  ExpectCode(Acquire(alice_, std::move(more.daemon), kCopy),
             ErrorCode::kQuotaExceeded);
}

TEST_F(BrokerPolicy, ShrunkQuota_RevokesUntilItHolds_WhereThePolicySaysSo) {
  Serve();
  std::vector<SessionPair> pairs(4);
  std::vector<LeaseId> alices;
  for (SessionPair& pair : pairs) alices.push_back(Lend(alice_, pair));
  Write(std::string(kTwoLeases) + R"(, "reload": {"revoke_forbidden": true}})");
  const auto report = Reload(root_user_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->forbidden.size(), 2U);
  ASSERT_EQ(observer_.ended.size(), 2U);
  for (const EndedLease& ended : observer_.ended) {
    EXPECT_TRUE(ended.id == alices[2] || ended.id == alices[3]);
    EXPECT_NE(ended.reason.find("'two'"), std::string::npos) << ended.reason;
  }
  EXPECT_EQ(broker_->LeasesOf(alice_).size(), 2U);
  const auto again = Reload(root_user_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->forbidden.empty());
}

// What is revoked for a rule leaves room: nobody else is revoked for the quota.
TEST_F(BrokerPolicy, ShrunkQuota_CountsNoLeaseThatARuleForbids) {
  Serve();
  SessionPair gpu;
  SessionPair copies[2];
  const LeaseId forbidden = Lend(alice_, gpu, kWholeGpu);
  for (SessionPair& pair : copies) Lend(alice_, pair);
  Write(std::string(kTwoLeases) + R"(, "rules": [
      {"effect": "deny", "functions": ["compute/gpu"]}]})");
  const auto report = Reload(root_user_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->forbidden.size(), 1U);
  EXPECT_EQ(report->forbidden[0].lease, forbidden);
  EXPECT_EQ(report->forbidden[0].rule, "10.json#/rules/0");
}

TEST_F(BrokerPolicy, Reload_OfAMistake_LeavesTheOldPolicy) {
  Serve();
  const auto before = broker_->policy().origin();
  Write(R"({"version": 1, "rulez": []})");
  ExpectCode(Reload(root_user_), ErrorCode::kInvalidArgument);
  EXPECT_EQ(broker_->policy().origin(), before);
  EXPECT_EQ(broker_->policy_state().number, 1U);
  ASSERT_TRUE(broker_->policy_state().failure);
  EXPECT_EQ(observer_.refused_policies, 1);
  EXPECT_EQ(observer_.new_policies, 0);
  Write(R"({"version": 1})");
  ASSERT_TRUE(Reload(root_user_));
  EXPECT_FALSE(broker_->policy_state().failure);
}

TEST_F(BrokerPolicy, ReloadsAskedWhileOneReads_ShareTheNext) {
  acceld::testing::FakeOffLoop at_once;
  off_loop_instead_ = &at_once;
  Serve();
  Write(R"({"version": 1})");
  int answers = 0;
  const auto count = [&](const Result<ReloadReport>& report) {
    EXPECT_TRUE(report);
    ++answers;
  };
  for (int i = 0; i < 5; ++i) broker_->ReloadPolicy(root_user_, count);
  broker_->LoadPolicy(nullptr);  // the watch, SIGHUP
  EXPECT_EQ(answers, 0);
  at_once.Deliver();
  EXPECT_EQ(answers, 5);
  EXPECT_EQ(observer_.new_policies, 2);
}

TEST_F(BrokerPolicy, ManyWhoWaitForAReload_AreBounded) {
  acceld::testing::FakeOffLoop at_once;
  off_loop_instead_ = &at_once;
  Serve();
  std::size_t busy = 0;
  for (std::size_t i = 0; i < PolicyReload::kMaxWaiting + 2; ++i) {
    broker_->LoadPolicy([&](const Result<ReloadReport>& report) {
      if (!report && report.error().code == ErrorCode::kBusy) ++busy;
    });
  }
  EXPECT_EQ(busy, 1U);  // the first reads already
  at_once.Deliver();
  EXPECT_EQ(busy, 1U);
}

TEST_F(BrokerPolicy, Granted_IsGoodForThatActionOnly) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  ExpectCode(Reload(Granted(bob_, Action::kTaint)),
             ErrorCode::kPermissionDenied);
  EXPECT_TRUE(Reload(Granted(bob_, Action::kReload)));
  ExpectCode(broker_->AllLeases(bob_), ErrorCode::kPermissionDenied);
  const auto all = broker_->AllLeases(Granted(bob_, Action::kSeeAllLeases));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 1U);
  EXPECT_EQ(broker_->Find(Granted(bob_, Action::kSeeAllLeases), id), nullptr);
}

TEST_F(BrokerPolicy, Revoke_TellsTheOwnerWhy) {
  Serve();
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  ExpectCode(Revoke(bob_, id), ErrorCode::kPermissionDenied);
  ExpectCode(Revoke(bob_, "none"), ErrorCode::kPermissionDenied);  // the same
  ExpectCode(Revoke(root_user_, "none"), ErrorCode::kNotFound);
  EXPECT_TRUE(Revoke(Granted(bob_, Action::kRevoke), id));
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].reason,
            "an administrator ended the lease: fan broken");
}

TEST_F(BrokerPolicy, Taint_KeepsNewLeasesAway_UntilItIsTakenBack) {
  Serve();
  SessionPair pair;
  const std::string device = DeviceOf(alice_, Lend(alice_, pair, kWholeGpu));
  pair.client.Reset();
  RunUntil([&] {
    return observer_.ended.size() == 1 && broker_->InUse(device) == 0;
  });
  ExpectCode(broker_->SetTaint(alice_, device, {}),
             ErrorCode::kPermissionDenied);
  ExpectCode(broker_->SetTaint(root_user_, "accelerator:none", {}),
             ErrorCode::kNotFound);
  Taint taint;
  taint.reason = "new fan";
  ASSERT_TRUE(broker_->SetTaint(root_user_, device, taint));
  ASSERT_TRUE(Reload(root_user_));  // it outlives the policy
  const auto id = broker_->topology()->Find(device);
  ASSERT_TRUE(broker_->TaintOf(root_user_, *id));
  EXPECT_EQ(broker_->TaintOf(root_user_, *id)->reason, "new fan");
  SessionPair other;  // there is no other GPU
  ExpectCode(Acquire(root_user_, std::move(other.daemon), kWholeGpu),
             ErrorCode::kUnsatisfiable);
  EXPECT_EQ(observer_.changed.back(), device);
  observer_.changed.clear();
  ASSERT_TRUE(broker_->RemoveTaint(root_user_, device));
  EXPECT_EQ(observer_.changed, std::vector<std::string>{device});
  SessionPair again;
  EXPECT_EQ(DeviceOf(root_user_, Lend(root_user_, again, kWholeGpu)), device);
  ExpectCode(broker_->RemoveTaint(root_user_, device), ErrorCode::kNotFound);
  EXPECT_FALSE(broker_->TaintOf(root_user_, *id));
}

// What is shown of a device is what its candidates are judged by.
TEST_F(BrokerPolicy, TaintThatAvoids_DoesNotHideOneOfThePolicyThatRefuses) {
  Serve();
  SessionPair pair;
  const std::string device = DeviceOf(alice_, Lend(alice_, pair, kWholeGpu));
  Write(std::string(kRefusesAll));
  ASSERT_TRUE(Reload(root_user_));
  Taint taint;
  taint.refuses = false;
  taint.reason = "noisy";
  ASSERT_TRUE(broker_->SetTaint(root_user_, device, taint));
  const auto id = broker_->topology()->Find(device);
  ASSERT_TRUE(broker_->TaintOf(root_user_, *id));
  EXPECT_TRUE(broker_->TaintOf(root_user_, *id)->refuses);
  EXPECT_EQ(broker_->TaintOf(root_user_, *id)->reason, "burnt");
}

TEST_F(BrokerPolicy, Taint_WithAnEnd_EndsByItself) {
  Serve();
  SessionPair pair;
  const std::string device = DeviceOf(alice_, Lend(alice_, pair, kWholeGpu));
  Taint over;
  over.until = clock_.Now();
  ASSERT_TRUE(broker_->SetTaint(root_user_, device, over));
  EXPECT_TRUE(broker_->taints()->empty());
}

}  // namespace
}  // namespace acceld::daemon
