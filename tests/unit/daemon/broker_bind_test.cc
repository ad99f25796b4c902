// Devices that a binder binds: reserved, bound, handed over, and given back by
// every way out.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "daemon/broker.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/fake_binder.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeBinder;
using acceld::testing::FakeOffLoop;
using acceld::testing::SessionPair;

constexpr char kGpu[] = "accelerator:renderD128";  // for many
constexpr std::string_view kDraw =
    R"({"stages": [{"name": "draw", "function": "compute/gpu"}]})";
constexpr std::string_view kDrawTwice =
    R"({"stages": [{"name": "draw", "function": "compute/gpu", "count": 2}]})";
// By a work queue of idxd, which binds its opener.
constexpr std::string_view kMove =
    R"({"stages": [{"name": "move", "function": "copy"}]})";

class BrokerBind : public ServingBroker {
 protected:
  BrokerBind() {
    binders_.node = &binder_;
    binders_.ticket = &binder_;
    binders_.none = &reserving_;
    off_loop_instead_ = &off_loop_fake_;
  }
  void ExpectNothingLeft() {
    EXPECT_EQ(binder_.held, 0);
    EXPECT_TRUE(broker_->quarantine().empty());
    EXPECT_TRUE(broker_->LeasesOf(root_user_).empty());
    for (const graph::Vertex& vertex : machine_->topology()->vertices()) {
      EXPECT_EQ(broker_->InUse(vertex.key), 0) << vertex.key;
    }
  }
  // A lease whose client read its grants.
  LeaseId LendAndRead(const Asker& asker, SessionPair& pair,
                      std::string_view pipeline) {
    const LeaseId id = Lend(asker, pair, pipeline);
    EXPECT_TRUE(api::ReceiveSessionMessage(pair.client.get()));
    return id;
  }
  ErrorCode CodeOf(const Asker& asker, std::string_view pipeline) {
    SessionPair pair;
    const auto acquired = Acquire(asker, std::move(pair.daemon), pipeline);
    EXPECT_FALSE(acquired.has_value());
    return acquired ? ErrorCode::kInternal : acquired.error().code;
  }
  FakeBinder binder_;
  FakeBinder reserving_;
  FakeOffLoop off_loop_fake_;
};

TEST_F(BrokerBind, Release_AnswersWhenRevokedRestoredAndFree) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = LendAndRead(alice_, pair, kDraw);
  EXPECT_EQ(binder_.grantee, 1000U);
  EXPECT_EQ(broker_->InUse(kGpu), 1);
  int answers = 0;
  broker_->Release(alice_, id, [&](const Status&) { ++answers; });
  EXPECT_EQ(binder_.done,
            std::vector<std::string>({"revoke draw0", "restore draw0"}));
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(broker_->InUse(kGpu), 1);
  off_loop_fake_.Deliver();
  EXPECT_EQ(answers, 1);
  ExpectNothingLeft();
}

TEST_F(BrokerBind, DeviceThatRests_IsKeptFromAll_AndChargedToNobody) {
  Serve(GrantMode::kDevices, R"(, "release": [{"quarantine": "60s"}],
                                  "quotas": [{"instances": 1}])");
  SessionPair pair;
  const LeaseId id = LendAndRead(alice_, pair, kDraw);
  int answers = 0;
  broker_->Release(alice_, id, [&](const Status&) { ++answers; });
  EXPECT_EQ(CodeOf(alice_, kMove), ErrorCode::kQuotaExceeded);
  off_loop_fake_.Deliver();
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(broker_->InUse(kGpu), 0);
  EXPECT_EQ(broker_->quarantine().StaysOn(kGpu).size(), 1U);
  EXPECT_EQ(CodeOf(bob_, kDraw), ErrorCode::kBusy);
  SessionPair other;
  LendAndRead(alice_, other, kMove);
}

TEST_F(BrokerBind, Held_AnswersAfterItsPatienceAndStaysCharged) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = LendAndRead(alice_, pair, kDraw);
  binder_.holders = {{1203, 1000, "train"}};
  int answers = 0;
  broker_->Release(alice_, id, [&](const Status& status) {
    EXPECT_TRUE(status.has_value());
    ++answers;
  });
  off_loop_fake_.Deliver();
  // Looked at after 100, 300, 700, 1500 ms; then two seconds are over.
  for (int i = 0; i < 4; ++i) off_loop_fake_.Fire();
  EXPECT_EQ(answers, 0);
  off_loop_fake_.Fire();
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(broker_->InUse(kGpu), 1);
  ASSERT_EQ(broker_->quarantine().StaysOn(kGpu).size(), 1U);
  EXPECT_EQ(broker_->quarantine().StaysOn(kGpu)[0].origin.lease, id);
  binder_.holders.clear();
  while (!broker_->quarantine().empty()) off_loop_fake_.Fire();
  EXPECT_EQ(answers, 1);
  ExpectNothingLeft();
}

TEST_F(BrokerBind, DeviceForManyHeld_IsStillLentToOthers) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  (void)LendAndRead(alice_, pair, kDraw);
  binder_.holders = {{1203, 1000, "train"}};
  pair.client.Reset();
  RunUntil([&] { return broker_->LeasesOf(alice_).empty(); });
  off_loop_fake_.Deliver();
  SessionPair bobs;
  EXPECT_EQ(DeviceOf(bob_, Lend(bob_, bobs, kDraw)), kGpu);
  EXPECT_EQ(broker_->InUse(kGpu), 2);
}

TEST_F(BrokerBind, GrantsOnTheirWay_AreNotClosed) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kDraw);  // and reads nothing
  broker_->Release(alice_, id, nullptr);
  off_loop_fake_.Deliver();
  EXPECT_NE(broker_->quarantine().StaysOn(kGpu).at(0).trouble, "");
  ASSERT_TRUE(api::ReceiveSessionMessage(pair.client.get()));
  off_loop_fake_.Fire();
  ExpectNothingLeft();
}

TEST_F(BrokerBind, RestoreFails_KeepsTheDeviceUntilItWorks) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = LendAndRead(alice_, pair, kDraw);
  binder_.restore_failure = Error{ErrorCode::kIo, "no reset", 5};
  broker_->Release(alice_, id, nullptr);
  off_loop_fake_.Deliver();
  EXPECT_EQ(broker_->quarantine().StaysOn(kGpu).at(0).trouble, "no reset");
  EXPECT_EQ(broker_->InUse(kGpu), 1);
  binder_.restore_failure.reset();
  off_loop_fake_.Fire();
  ExpectNothingLeft();
}

TEST_F(BrokerBind, SecondBindFails_GivesTheFirstBack) {
  Serve(GrantMode::kDevices);
  binder_.fails_at = 2;
  EXPECT_EQ(CodeOf(alice_, kDrawTwice), ErrorCode::kDeviceGone);
  off_loop_fake_.Deliver();
  EXPECT_EQ(binder_.asked, std::vector<std::string>({"draw0", "draw1"}));
  EXPECT_EQ(binder_.done,
            std::vector<std::string>({"revoke draw0", "restore draw0"}));
  ExpectNothingLeft();
}

TEST_F(BrokerBind, PolicyChangesWhileBinding_GivesBackAndDecidesAnew) {
  Serve(GrantMode::kDevices);
  // In the loop, before it hears that the bind is done.
  binder_.on_bind = [&] {
    loop_->Post([&] {
      broker_->ReloadPolicy(root_user_, nullptr);
      off_loop_fake_.Deliver();
    });
  };
  EXPECT_EQ(CodeOf(alice_, kDraw), ErrorCode::kUnsatisfiable);
  off_loop_fake_.Deliver();
  EXPECT_EQ(binder_.asked.size(), 1U);
  EXPECT_EQ(binder_.done.size(), 2U);
  ExpectNothingLeft();
}

TEST_F(BrokerBind, QuotaShrinksWhileBinding_GivesBackAndRefuses) {
  acceld::testing::TempDir files;
  files.AddFile("10.json", R"({"version": 1, "default": "allow",
                               "quotas": [{"instances": 0}]})");
  policy_directory_ = files.path();
  Serve(GrantMode::kDevices);
  binder_.on_bind = [&] {
    loop_->Post([&] {
      broker_->ReloadPolicy(root_user_, nullptr);
      off_loop_fake_.Deliver();
    });
  };
  EXPECT_EQ(CodeOf(alice_, kDraw), ErrorCode::kQuotaExceeded);
  off_loop_fake_.Deliver();
  EXPECT_EQ(binder_.asked.size(), 1U);
  EXPECT_EQ(binder_.done.size(), 2U);
  ExpectNothingLeft();
}

// A rule that denies under a condition of the request alone.
TEST_F(BrokerBind, PolicyForbidsTheRequestWhileBinding_GivesBack) {
  acceld::testing::TempDir files;
  policy_directory_ = files.path();
  Serve(GrantMode::kDevices);
  binder_.on_bind = [&] {
    files.AddFile("10.json", R"({"version": 1, "default": "allow", "rules": [
        {"effect": "deny", "functions": ["compute/gpu"],
         "request": [{"attribute": "sharing", "equals": "shared"}]}]})");
    loop_->Post([&] {
      broker_->ReloadPolicy(root_user_, nullptr);
      off_loop_fake_.Deliver();
    });
  };
  EXPECT_EQ(CodeOf(alice_, kDraw), ErrorCode::kUnsatisfiable);
  off_loop_fake_.Deliver();
  ExpectNothingLeft();
}

TEST_F(BrokerBind, TwoWantOneDevice_ItIsBoundOnce) {
  Serve(GrantMode::kDevices);
  SessionPair alices;
  SessionPair bobs;
  Acquiring alice;
  Acquiring bob;
  Start(alice, alice_, std::move(alices.daemon), kWholeGpu);
  Start(bob, bob_, std::move(bobs.daemon), kWholeGpu);
  RunUntil([&] { return alice.answer && bob.answer; });
  EXPECT_NE(alice.answer->has_value(), bob.answer->has_value());
  EXPECT_EQ(binder_.asked.size(), 1U);
}

TEST_F(BrokerBind, SessionClosedWhileBinding_LeavesNothing) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  Acquiring acquiring;
  binder_.on_bind = [&] { pair.client.Reset(); };
  Start(acquiring, alice_, std::move(pair.daemon), kDraw);
  RunUntil([&] { return acquiring.answer.has_value(); });
  EXPECT_FALSE(acquiring.answer->has_value());
  off_loop_fake_.Deliver();
  ExpectNothingLeft();
}

TEST_F(BrokerBind, Stop_WaitsForWhatIsBeingGivenBack) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  (void)LendAndRead(alice_, pair, kDraw);
  int stopped = 0;
  broker_->Stop("acceld stops", [&] { ++stopped; });
  EXPECT_EQ(stopped, 0);
  off_loop_fake_.Deliver();
  EXPECT_EQ(stopped, 1);
  EXPECT_EQ(CodeOf(bob_, kDraw), ErrorCode::kUnavailable);
  ExpectNothingLeft();
}

TEST_F(BrokerBind, Stop_DoesNotWaitForHoldersForEver) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  (void)LendAndRead(alice_, pair, kDraw);
  binder_.holders = {{1203, 1000, "train"}};
  int stopped = 0;
  broker_->Stop("acceld stops", [&] { ++stopped; });
  off_loop_fake_.Deliver();
  for (int i = 0; i < 8 && stopped == 0; ++i) off_loop_fake_.Fire();
  EXPECT_EQ(stopped, 1);
}

TEST_F(BrokerBind, LeasesOfOneProcess_CostOnePasid) {
  Serve(GrantMode::kDevices);
  const Asker myself{{::getuid(), {::getuid()}}, ":1.9", ::getpid()};
  SessionPair first;
  SessionPair second;
  const LeaseId one = Lend(myself, first, kMove);
  const LeaseId two = Lend(myself, second, kMove);
  ASSERT_TRUE(broker_->Find(myself, one)->charges.pasid_of.has_value());
  EXPECT_EQ(broker_->Find(myself, one)->charges.pasid_of,
            broker_->Find(myself, two)->charges.pasid_of);
  EXPECT_EQ(broker_->Find(myself, one)->charges.what.pasids, 0);
  SessionPair alices;  // made by this process, which is not alice's
  const LeaseId third = Lend(alice_, alices, kMove);
  EXPECT_FALSE(broker_->Find(alice_, third)->charges.pasid_of.has_value());
  EXPECT_EQ(broker_->Find(alice_, third)->charges.what.pasids, 1);
}

// Others than this process open it: each lease has an address space of its own.
TEST_F(BrokerBind, ReservedDevices_CostAPasidEach) {
  Serve(GrantMode::kDevices);
  constexpr std::string_view kReserve = R"({"stages": [
      {"name": "move", "function": "copy", "grant": "none"}]})";
  const Asker myself{{::getuid(), {::getuid()}}, ":1.9", ::getpid()};
  SessionPair opened;
  (void)Lend(myself, opened, kMove);
  SessionPair first;
  SessionPair second;
  for (SessionPair* pair : {&first, &second}) {
    const LeaseId id = Lend(myself, *pair, kReserve);
    EXPECT_FALSE(broker_->Find(myself, id)->charges.pasid_of.has_value());
    EXPECT_EQ(broker_->Find(myself, id)->charges.what.pasids, 1);
  }
  EXPECT_EQ(reserving_.asked.size(), 2U);
}

}  // namespace
}  // namespace acceld::daemon
