// What the bus says of a device at the moment, to whom.
#include "daemon/service/device_state.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/daemon/fake_binder.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeBinder;
using acceld::testing::FakeOffLoop;
using acceld::testing::SessionPair;

constexpr char kGpu[] = "accelerator:renderD128";
constexpr std::string_view kDraw =
    R"({"stages": [{"name": "draw", "function": "compute/gpu"}]})";

class DeviceState : public ServingBroker {
 protected:
  DeviceState() {
    binders_.node = &binder_;
    off_loop_instead_ = &off_loop_fake_;
  }
  // Alice's lease has ended, and one process of hers and two of bob's hold on.
  void LeaveHeld(const std::string& policy = "") {
    Serve(GrantMode::kDevices, policy);
    binder_.holders = {{1203, 1000, "train"}, {7, 1001, "x"}, {8, 1001, "y"}};
    SessionPair pair;
    id_ = Lend(alice_, pair, kDraw);
    pair.client.Reset();
    RunUntil([&] { return broker_->LeasesOf(alice_).empty(); });
    off_loop_fake_.Deliver();
  }
  // "1203 train, ..." and how many others.
  std::pair<std::string, std::int64_t> HeldBy(const Asker& asker) {
    const auto documents = QuarantineDocuments(*broker_, asker, kGpu);
    EXPECT_EQ(documents.size(), 1U);
    std::string names;
    for (const Document& one : *documents.at(0).Find("held_by")->AsArray()) {
      names.append(std::to_string(*one.Find("pid")->AsInteger())).append(" ");
      names.append(*one.Find("name")->AsString()).append(", ");
    }
    return {names, *documents.at(0).Find("others")->AsInteger()};
  }
  std::vector<Attribute> Now(const Asker& asker, const std::string& key) {
    const auto id = machine_->topology()->Find(key);
    return AttributesNow(*broker_, asker, machine_->topology()->vertex(*id));
  }

  FakeBinder binder_;
  FakeOffLoop off_loop_fake_;
  LeaseId id_;
};

TEST_F(DeviceState, Holders_AreNamedToTheirUserAndAdministratorsAlone) {
  LeaveHeld();
  EXPECT_EQ(HeldBy(alice_),
            std::pair(std::string("1203 train, "), std::int64_t{2}));
  EXPECT_EQ(HeldBy(bob_),
            std::pair(std::string("7 x, 8 y, "), std::int64_t{1}));
  EXPECT_EQ(HeldBy({{1002, {1002}}, ":1.3", 3}),
            std::pair(std::string(), std::int64_t{3}));
  EXPECT_EQ(HeldBy(root_user_).second, 0);
}

TEST_F(DeviceState, Lease_IsToldToItsOwnerAndAdministratorsAlone) {
  LeaveHeld();
  const auto names_it = [&](const Asker& asker) {
    const auto documents = QuarantineDocuments(*broker_, asker);
    return documents.at(0).Find("lease") != nullptr;
  };
  EXPECT_TRUE(names_it(alice_));
  EXPECT_TRUE(names_it(root_user_));
  EXPECT_FALSE(names_it(bob_));
}

// One user, in two namespaces by its slices.
TEST_F(DeviceState, Lease_OfAnotherNamespace_IsNotToldToItsUser) {
  LeaveHeld(R"(, "namespaces": {"lab": {"slices": ["/lab.slice"]}})");
  Asker in_lab = alice_;
  in_lab.subject.slice = "/lab.slice";
  const auto documents = QuarantineDocuments(*broker_, in_lab);
  EXPECT_EQ(documents.at(0).Find("lease"), nullptr);
  EXPECT_NE(QuarantineDocuments(*broker_, alice_).at(0).Find("lease"), nullptr);
}

TEST_F(DeviceState, Attributes_SayInWordsWhoHoldsIt) {
  LeaveHeld();
  const auto attributes = Now(bob_, kGpu);
  ASSERT_EQ(attributes.size(), 1U);
  EXPECT_EQ(attributes[0].name, "quarantine");
  EXPECT_EQ(ToText(attributes[0].value),
            "a lease on it has ended; still held by process 7 (x), 8 (y) and 1 "
            "process of others");
  EXPECT_TRUE(Now(bob_, "engine:wq0.0").empty());
}

TEST_F(DeviceState, SvaVerdict_NamesTheReporterToAdministratorsAlone) {
  Serve(GrantMode::kStandIn);
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  const std::string device = DeviceOf(alice_, id);
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "move", {0}));
  const Document told = SvaVerdictDocument(*broker_, bob_, device);
  EXPECT_EQ(*told.Find("state")->AsString(), "proven");
  EXPECT_EQ(told.Find("uid"), nullptr);
  const Document all = SvaVerdictDocument(*broker_, root_user_, device);
  EXPECT_EQ(*all.Find("uid")->AsInteger(), 1000);
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "move", {EOPNOTSUPP}));
  const Document refused = SvaVerdictDocument(*broker_, alice_, device);
  EXPECT_EQ(*refused.Find("state")->AsString(), "refused");
  EXPECT_EQ(*refused.Find("errno")->AsInteger(), EOPNOTSUPP);
  EXPECT_NE(refused.Find("why")->AsString()->find("EOPNOTSUPP"),
            std::string::npos);
  const auto attributes = Now(alice_, device);
  ASSERT_EQ(attributes.size(), 2U);
  EXPECT_EQ(ToText(attributes[0].value), "no");
}

}  // namespace
}  // namespace acceld::daemon
