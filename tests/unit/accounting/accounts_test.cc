#include "accounting/accounts.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_attributes.h"
#include "tests/support/fake_clock.h"

namespace acceld::accounting {
namespace {

using acceld::testing::FakeAttributes;
using acceld::testing::FakeClock;

const policy::Subject kAlice{1000, {1000}};
const policy::Subject kBob{1001, {1001}};
const policy::Subject kCarol{1002, {1002}};

std::shared_ptr<const policy::Policy> PolicyOf(const std::string& members) {
  auto policy = policy::Policy::Compile(
      {{"10.json",
        R"({"version": 1, "default": "allow", "classes": {"gpu": {"devices":
            [{"attribute": "framework", "equals": "drm"}]}},)" +
            members + "}"}});
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy ? *std::move(policy) : policy::Policy::Default();
}

// Devices "gpu0", "gpu1", ... are of the class; all others are not.
class AccountsTest : public ::testing::Test {
 protected:
  void Use(const std::string& members) {
    policy_ = PolicyOf(members);
    accounts_.emplace(clock_, policy_, [this](const std::string& device) {
      return MarksOf(device);
    });
  }
  void Replace(const std::string& members) {
    policy_ = PolicyOf(members);
    accounts_->SetPolicy(policy_);
  }
  // The key of a charge that is kept; fails the test where it is refused.
  void Hold(Holding holding) {
    auto charge = accounts_->Take(std::move(holding));
    ASSERT_TRUE(charge) << charge.error().message;
    held_.push_back(*std::move(charge));
  }
  void ExpectRefused(Holding holding) {
    const auto charge = accounts_->Take(std::move(holding));
    ASSERT_FALSE(charge);
    EXPECT_EQ(charge.error().code, ErrorCode::kQuotaExceeded);
    message_ = charge.error().message;
  }

  FakeClock clock_;
  std::shared_ptr<const policy::Policy> policy_;
  std::optional<Accounts> accounts_;
  std::vector<Accounts::Charge> held_;
  std::string message_;

 private:
  std::optional<policy::DeviceMarks> MarksOf(const std::string& device) const {
    if (device == "gone") return std::nullopt;
    const std::string framework = device.starts_with("gpu") ? "drm" : "idxd";
    return policy_->Mark(
        FakeAttributes{{"framework", AttributeValue(framework)}});
  }
};

Holding Open(const policy::Subject& subject,
             const std::vector<std::string>& devices) {
  Holding holding{subject};
  for (const std::string& device : devices) {
    holding.opens.push_back({device, Bytes(100), true});
  }
  holding.buffers = Bytes(10);
  holding.pasids = 1;
  return holding;
}

TEST_F(AccountsTest, NoQuota_BindsNobody) {
  Use(R"("limits": {})");
  Hold(Open(kAlice, {"gpu0", "gpu1", "dsa0"}));
  EXPECT_TRUE(accounts_->UsesOf(kAlice).empty());
}

TEST_F(AccountsTest, Devices_CountsDifferentOnes) {
  Use(R"("quotas": [{"name": "two", "class": "gpu", "devices": 2}])");
  Hold(Open(kAlice, {"gpu0", "gpu0", "dsa0", "dsa1"}));
  Hold(Open(kAlice, {"gpu0", "gpu1"}));
  ExpectRefused(Open(kAlice, {"gpu2"}));
  EXPECT_EQ(message_,
            "quota 'two': different devices of class gpu: 2 held, 1 more asked "
            "for, 2 allowed; 1 would have to be given back");
  Hold(Open(kAlice, {"gpu1"}));
  held_.clear();
  Hold(Open(kAlice, {"gpu2", "gpu3"}));
}

TEST_F(AccountsTest, DeviceOfTwoLeases_CountsUntilTheLast) {
  Use(R"("quotas": [{"class": "gpu", "devices": 1}])");
  Hold(Open(kAlice, {"gpu0"}));
  Hold(Open(kAlice, {"gpu0"}));
  held_.pop_back();
  ExpectRefused(Open(kAlice, {"gpu1"}));
  held_.pop_back();
  Hold(Open(kAlice, {"gpu1"}));
}

TEST_F(AccountsTest, EveryOtherBound_Refuses) {
  for (const char* bound :
       {R"("instances": 2)", R"("memory": "250B")", R"("buffers": "25B")",
        R"("pasids": 2)", R"("leases": 2, "devices": 9)"}) {
    Use(R"("quotas": [{"class": "gpu", )" + std::string(bound) + "}]");
    Hold(Open(kAlice, {"gpu0"}));
    Hold(Open(kAlice, {"gpu0", "dsa0"}));
    ExpectRefused(Open(kAlice, {"gpu0"}));
    Hold(Open(kAlice, {"dsa0"}));  // is not of the class
    Hold(Open(kBob, {"gpu0"}));    // has his own
    held_.clear();
  }
}

TEST_F(AccountsTest, Refused_ChargesNothing) {
  Use(R"("quotas": [{"instances": 3}, {"class": "gpu", "devices": 1}])");
  ExpectRefused(Open(kAlice, {"gpu0", "gpu1"}));
  for (const auto& use : accounts_->UsesOf(kAlice)) {
    EXPECT_EQ(use.held.instances, 0);
    EXPECT_TRUE(use.held.devices.empty());
  }
}

TEST_F(AccountsTest, Leases_OfAllDevices_CountWhenAskedFor) {
  Use(R"("quotas": [{"leases": 1}])");
  Hold({kAlice});
  ExpectRefused({kAlice});
  Hold(Open(kAlice, {"gpu0"}));  // the same lease, placed
}

TEST_F(AccountsTest, ProcessWithOnePasid_CountsOnce) {
  Use(R"("quotas": [{"pasids": 1}])");
  Holding one = Open(kAlice, {"gpu0"});
  one.pasids = 0;
  one.pasid_of = ProcessId{17, 4711};
  Hold(one);
  Hold(one);
  one.pasid_of->pid = 18;
  ExpectRefused(one);
  held_.clear();
  Hold(one);
}

TEST_F(AccountsTest, PerAll_IsHeldTogether) {
  Use(R"("subjects": {"lab": {"users": [1000, 1001]}},
         "quotas": [{"subjects": ["lab"], "per": "all", "instances": 2}])");
  Hold(Open(kAlice, {"gpu0"}));
  Hold(Open(kBob, {"gpu0"}));
  ExpectRefused(Open(kAlice, {"gpu0"}));
  ExpectRefused(Open(kBob, {"gpu0"}));
  Hold(Open(kCarol, {"gpu0", "gpu1", "gpu2"}));
}

TEST_F(AccountsTest, ShareOfANamespace_CountsMembersOfItsPartsToo) {
  Use(R"("namespaces": {"lab": {"users": [1000], "share": {"devices": 2},
           "namespaces": {"students": {"users": [1001],
                                       "share": {"devices": 1}}}}})");
  Hold(Open(kBob, {"gpu0"}));
  ExpectRefused(Open(kBob, {"gpu1"}));
  Hold(Open(kAlice, {"gpu1"}));
  ExpectRefused(Open(kAlice, {"gpu2"}));
  Hold(Open(kCarol, {"gpu2"}));
}

TEST_F(AccountsTest, NewPolicy_CountsWhatIsHeld) {
  Use(R"("limits": {})");
  Hold(Open(kAlice, {"gpu0"}));
  Hold(Open(kAlice, {"gpu1"}));
  Replace(R"("quotas": [{"devices": 1}])");
  ExpectRefused(Open(kAlice, {"gpu2"}));
  Hold(Open(kAlice, {"gpu1"}));  // takes no further device
  held_.clear();
  Hold(Open(kAlice, {"gpu2"}));
}

TEST_F(AccountsTest, DeviceThatIsGone_CountsForAllDevicesOnly) {
  Use(R"("quotas": [{"instances": 1}, {"class": "gpu", "instances": 0,
                                       "leases": 0}])");
  Hold(Open(kAlice, {"gone"}));
  ExpectRefused(Open(kAlice, {"gone"}));
}

TEST_F(AccountsTest, SolverTime_IsOfTheLastMinute) {
  Use(R"("quotas": [{"solver_time": "5s"}])");
  for (int i = 0; i < 5; ++i) {
    auto solve = accounts_->StartSolve(kAlice);
    ASSERT_TRUE(solve) << solve.error().message;
    solve->End(Nanoseconds(1'000'000'000));
    clock_.Advance(std::chrono::seconds(10));
  }
  EXPECT_FALSE(accounts_->StartSolve(kAlice));
  EXPECT_TRUE(accounts_->StartSolve(kBob));
  clock_.Advance(std::chrono::seconds(11));  // the first is 61 s old
  EXPECT_TRUE(accounts_->StartSolve(kAlice));
}

TEST_F(AccountsTest, SolverTime_OfRunningSolves_IsReserved) {
  Use(R"("quotas": [{"solver_time": "100ms"}],
         "defaults": {"deadline": "50ms"})");
  auto first = accounts_->StartSolve(kAlice);
  auto second = accounts_->StartSolve(kAlice);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(accounts_->StartSolve(kAlice));
  first->End(Nanoseconds(1'000'000));
  EXPECT_TRUE(accounts_->StartSolve(kAlice));
}

TEST_F(AccountsTest, ChargeAndSolve_MovedAndOutliving_GiveBackOnce) {
  Use(R"("quotas": [{"instances": 1, "solver_time": "1s"}])");
  auto charge = accounts_->Take(Open(kAlice, {"gpu0"}));
  ASSERT_TRUE(charge);
  Accounts::Charge moved = *std::move(charge);
  *charge = Accounts::Charge();
  ExpectRefused(Open(kAlice, {"gpu0"}));
  auto solve = accounts_->StartSolve(kAlice);
  ASSERT_TRUE(solve);
  accounts_.reset();
  moved = Accounts::Charge();
  solve->End(Nanoseconds(1));
}

}  // namespace
}  // namespace acceld::accounting
