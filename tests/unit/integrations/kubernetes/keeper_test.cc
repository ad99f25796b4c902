#include "integrations/kubernetes/device_plugin/keeper.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_clock.h"
#include "tests/unit/integrations/kubernetes/fake_link.h"

namespace acceld::kubernetes {
namespace {

using acceld::testing::FakeClock;
using Ids = std::vector<std::string>;
using std::chrono::seconds;

constexpr std::string_view kBundle =
    R"({"stages": [{"name": "device", "function": "copy"}]})";
constexpr std::string_view kDevice = R"({"function": "copy"})";

class KeeperTest : public ::testing::Test {
 protected:
  void Make(std::vector<std::int64_t> nodes) {
    link_ = std::make_unique<FakeLink>(std::move(nodes));
    Restart();
  }
  // Another process, on the same machine.
  void Restart() {
    keeper_ = std::make_unique<Keeper>(*link_, clock_, seconds(60));
    Offer({{"pair", kBundle}});
    ASSERT_TRUE(keeper_->Adopt());
    keeper_->Refresh();
  }
  // Files, by the names of their resources; what is told is of "pair".
  void Offer(const std::map<std::string, std::string_view>& files) {
    std::vector<Keeper::Offered> offered;
    for (const auto& [name, text] : files) {
      auto resource = ParseResource(name, text);
      ASSERT_TRUE(resource) << resource.error().message;
      offered.push_back({*std::move(resource),
                         [this, is_pair = name == "pair"](const Units& units) {
                           if (is_pair) Hear(units);
                         }});
    }
    keeper_->Offer(std::move(offered));
  }
  void Hear(const Units& units) {
    healthy_.clear();
    listed_.clear();
    for (const auto& [id, unit] : units.all()) {
      listed_.push_back(id);
      if (unit.is_healthy()) healthy_.push_back(id);
    }
  }
  Result<std::vector<cdi::Spec>> Allocate(const Ids& ids) {
    return keeper_->Allocate("pair", ids,
                             [this]() -> Result<UnitsInUse> { return used_; });
  }
  static UnitsInUse Used(const std::string& id) {
    return {{"acceld.org/pair", id}};
  }

  FakeClock clock_;
  std::unique_ptr<FakeLink> link_;
  std::unique_ptr<Keeper> keeper_;
  UnitsInUse used_;
  Ids listed_;
  Ids healthy_;
};

TEST_F(KeeperTest, Refresh_ListsAUnitForEachCopy) {
  Make({0, 0, 1});
  EXPECT_EQ(healthy_, (Ids{"unit-0", "unit-1", "unit-2"}));
}

TEST_F(KeeperTest, DevicesThatOthersTake_MakeUnitsUnhealthyUntilTheyAreBack) {
  Make({0, 0, 1});
  link_->taken = {"a1"};
  keeper_->Refresh();
  EXPECT_EQ(listed_.size(), 3U);
  EXPECT_EQ(healthy_, (Ids{"unit-0", "unit-2"}));
  link_->taken = {};
  keeper_->Refresh();
  EXPECT_EQ(healthy_.size(), 3U);
}

TEST_F(KeeperTest, ABusyDaemon_ChangesNothing) {
  Make({0, 1});
  link_->is_busy = true;
  EXPECT_FALSE(keeper_->Refresh());
  EXPECT_EQ(healthy_.size(), 2U);
  link_->is_busy = false;
  EXPECT_TRUE(keeper_->Refresh());
}

TEST_F(KeeperTest, APlanThatIsCutShort_AddsUnitsAndTakesNoneAway) {
  Make({0, 0, 1, 1});
  link_->time_for = 1;
  EXPECT_FALSE(keeper_->Refresh());
  EXPECT_EQ(healthy_.size(), 4U);
  Restart();
  EXPECT_EQ(healthy_, (Ids{"unit-0"}));
  link_->time_for = 3;
  EXPECT_FALSE(keeper_->Refresh());
  EXPECT_EQ(healthy_.size(), 3U);
  link_->time_for = 64;
  link_->taken = {"a0", "a1"};
  EXPECT_TRUE(keeper_->Refresh());
  EXPECT_EQ(healthy_.size(), 2U);
}

TEST_F(KeeperTest, WithoutTheDaemon_NothingIsHealthy) {
  Make({0, 1});
  link_->is_gone = true;
  keeper_->Refresh();
  EXPECT_EQ(listed_.size(), 2U);
  EXPECT_TRUE(healthy_.empty());
}

TEST_F(KeeperTest, Allocate_GivesDisjointUnitsALeaseEach) {
  Make({0, 0, 1});
  const auto specs = Allocate({"unit-0", "unit-2"});
  ASSERT_TRUE(specs) << specs.error().message;
  EXPECT_EQ(specs->size(), 2U);
  EXPECT_EQ(link_->leases.size(), 2U);
  EXPECT_EQ(link_->taken, (std::set<std::string>{"a0", "a2"}));
  EXPECT_EQ(link_->leases.begin()->second.first, "k8s/pair/unit-0");
  EXPECT_EQ(healthy_.size(), 3U);  // what pods have stays healthy
}

TEST_F(KeeperTest, Allocate_WhereOneOfThemIsTaken_LeavesNone) {
  Make({0, 1});
  link_->taken = {"a1"};  // since the last plan
  const auto specs = Allocate({"unit-0", "unit-1"});
  ASSERT_FALSE(specs);
  EXPECT_EQ(specs.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(link_->leases.empty());
  EXPECT_EQ(healthy_, Ids{"unit-0"});
}

TEST_F(KeeperTest, Allocate_OfATakenCopy_TakesAnotherOnTheSameNode) {
  Make({0, 1, 0});
  link_->taken = {"a0"};
  const auto specs = Allocate({"unit-0"});
  ASSERT_TRUE(specs) << specs.error().message;
  EXPECT_TRUE(link_->taken.contains("a2"));
  EXPECT_FALSE(link_->taken.contains("a1"));
}

TEST_F(KeeperTest, Allocate_OfUnknownOrRepeatedUnits_IsRefused) {
  Make({0});
  EXPECT_EQ(Allocate({"unit-7"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Allocate({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Allocate({"unit-0", "unit-0"}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(link_->leases.empty());
}

TEST_F(KeeperTest, Allocate_WithoutASpec_LeavesNoLease) {
  Make({0});
  link_->refuses_specs = true;
  EXPECT_EQ(Allocate({"unit-0"}).error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(link_->leases.empty());
}

TEST_F(KeeperTest, Allocate_OfAUnitThatIsFreeAgain_PlansBeforeItRefuses) {
  Make({0, 1});
  link_->taken = {"a1"};
  keeper_->Refresh();
  link_->taken = {};  // nobody has said so yet
  ASSERT_TRUE(Allocate({"unit-1"}));
  EXPECT_EQ(link_->taken, std::set<std::string>{"a1"});
}

TEST_F(KeeperTest, Allocate_KeepsUnitsHealthyThatItHasJustGivenOut) {
  Make({0, 0, 0});
  link_->taken = {"a1"};  // so that it plans again in between
  ASSERT_TRUE(Allocate({"unit-0", "unit-1"}));
  EXPECT_EQ(healthy_, (Ids{"unit-0", "unit-1"}));
  EXPECT_EQ(link_->taken, (std::set<std::string>{"a0", "a1", "a2"}));
}

TEST_F(KeeperTest, AllocateAgain_BeforeAContainerStarted_KeepsTheLease) {
  Make({0});
  const auto first = Allocate({"unit-0"});
  const auto again = Allocate({"unit-0"});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(link_->last, 1);
  EXPECT_EQ(again->front().devices.front().name,
            first->front().devices.front().name);
}

TEST_F(KeeperTest, AllocateAgain_WithoutTheKubelet_IsOfLeasesOutOfUseAlone) {
  Make({0});
  ASSERT_TRUE(Allocate({"unit-0"}));
  const auto unknown = []() -> Result<UnitsInUse> {
    return Fail(ErrorCode::kUnavailable, "no kubelet");
  };
  EXPECT_TRUE(keeper_->Allocate("pair", Ids{"unit-0"}, unknown));
  ASSERT_TRUE(keeper_->Start("pair", Ids{"unit-0"}));
  EXPECT_EQ(keeper_->Allocate("pair", Ids{"unit-0"}, unknown).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(link_->leases.size(), 1U);
}

TEST_F(KeeperTest, AllocateAgain_OfAUnitWhosePodIsGone_IsAFreshLease) {
  Make({0});
  ASSERT_TRUE(Allocate({"unit-0"}));
  ASSERT_TRUE(keeper_->Start("pair", Ids{"unit-0"}));
  const std::string first = link_->leases.begin()->first;
  ASSERT_TRUE(Allocate({"unit-0"}));
  EXPECT_EQ(link_->leases.size(), 1U);
  EXPECT_NE(link_->leases.begin()->first, first);
}

// The devices of the unit are the first that are free again, and another unit,
// which is before it, has none.
TEST_F(KeeperTest, AllocateAgain_WhereUnitsBeforeItHaveNoDevices_Succeeds) {
  Make({0, 0});
  ASSERT_TRUE(Allocate({"unit-1"}));
  ASSERT_TRUE(keeper_->Start("pair", Ids{"unit-1"}));
  link_->taken.insert("a0");
  keeper_->Refresh();
  ASSERT_TRUE(Allocate({"unit-1"}));
  EXPECT_EQ(link_->leases.begin()->second.second, 1U);
}

TEST_F(KeeperTest, AllocateAgain_OfAUnitThatAPodUses_IsRefused) {
  Make({0});
  ASSERT_TRUE(Allocate({"unit-0"}));
  used_ = Used("unit-0");
  EXPECT_EQ(Allocate({"unit-0"}).error().code, ErrorCode::kBusy);
  EXPECT_EQ(link_->leases.size(), 1U);
}

TEST_F(KeeperTest, Sweep_ReleasesWhatAPodHadAndLeavesOthers) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-0"}));
  ASSERT_TRUE(Allocate({"unit-1"}));
  UnitsInUse both = Used("unit-0");
  both.merge(Used("unit-1"));
  keeper_->Sweep(both);
  keeper_->Sweep(Used("unit-1"));
  EXPECT_EQ(link_->leases.size(), 2U);  // once may be a mistake
  keeper_->Sweep(Used("unit-1"));
  EXPECT_EQ(link_->taken, std::set<std::string>{"a1"});
  EXPECT_EQ(healthy_.size(), 2U);
}

TEST_F(KeeperTest, Sweep_WaitsForAPodThatWasNotSeenYet) {
  Make({0});
  ASSERT_TRUE(Allocate({"unit-0"}));
  for (int i = 0; i < 5; ++i) keeper_->Sweep({});
  EXPECT_EQ(link_->leases.size(), 1U);
  clock_.Advance(seconds(61));
  keeper_->Sweep({});
  EXPECT_TRUE(link_->leases.empty());
}

TEST_F(KeeperTest, Sweep_AfterARestartOfTheKubelet_WaitsAgain) {
  Make({0});
  ASSERT_TRUE(Allocate({"unit-0"}));
  keeper_->Sweep(Used("unit-0"));
  keeper_->RestartGrace();
  for (int i = 0; i < 5; ++i) keeper_->Sweep({});
  EXPECT_EQ(link_->leases.size(), 1U);
}

TEST_F(KeeperTest, Restart_FindsItsLeasesByTheirLabels) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-1"}));
  link_->leases["/lease/other"] = {"somebody", 0};
  Restart();
  EXPECT_TRUE(keeper_->Start("pair", Ids{"unit-1"}));
  EXPECT_EQ(keeper_->Start("pair", Ids{"unit-0"}).error().code,
            ErrorCode::kNotFound);
  EXPECT_TRUE(link_->leases.contains("/lease/other"));
  EXPECT_EQ(healthy_.size(), 2U);
}

// A pod that runs still has the devices, whatever became of the file.
TEST_F(KeeperTest, Restart_KeepsLeasesOfResourcesThatAreNoMoreForTheirPods) {
  Make({0, 1});
  link_->taken = {"a0"};
  link_->leases["/lease/old"] = {"k8s/former/unit-0", 0};
  Restart();
  EXPECT_EQ(healthy_.size(), 1U);
  const UnitsInUse pod{{"acceld.org/former", "unit-0"}};
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(seconds(61));
    keeper_->Sweep(pod);
  }
  EXPECT_EQ(link_->leases.size(), 1U);
  keeper_->Sweep({});
  keeper_->Sweep({});
  EXPECT_TRUE(link_->leases.empty());
  EXPECT_EQ(healthy_.size(), 2U);
}

TEST_F(KeeperTest, Restart_KeepsOneLeaseAUnitAndNoneOfStrangeNames) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-0"}));
  link_->taken.insert("a1");
  link_->leases["/lease/odd"] = {"k8s/pair/" + std::string(64, 'x'), 1};
  link_->leases["/lease/twice"] = {"k8s/pair/unit-0", 1};
  Restart();
  EXPECT_TRUE(keeper_->Start("pair", Ids{"unit-0"}));
  EXPECT_EQ(link_->leases.size(), 1U);
  EXPECT_TRUE(link_->leases.contains("/lease/1"));
}

TEST_F(KeeperTest, Offer_OfAnotherResourceToo_LeavesTheFirstAsItIs) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-1"}));
  Offer({{"pair", kBundle}, {"second", kDevice}});
  keeper_->Refresh();
  EXPECT_EQ(link_->leases.size(), 1U);
  EXPECT_EQ(healthy_.size(), 2U);
  const auto specs = keeper_->Allocate(
      "second", Ids{"a0"}, [this]() -> Result<UnitsInUse> { return used_; });
  ASSERT_TRUE(specs) << specs.error().message;
  EXPECT_EQ(link_->leases["/lease/2"].first, "k8s/second/a0");
}

TEST_F(KeeperTest, Offer_OfNoneOfTheName_LeavesPodsTheirLeases) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-1"}));
  Offer({{"second", kDevice}});
  keeper_->Refresh();
  EXPECT_EQ(Allocate({"unit-0"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(keeper_->Prefer("pair", {{"unit-0"}, {}, 1}).error().code,
            ErrorCode::kNotFound);
  // A container of the pod may start again.
  EXPECT_TRUE(keeper_->Start("pair", Ids{"unit-1"}));
  for (int i = 0; i < 3; ++i) keeper_->Sweep(Used("unit-1"));
  EXPECT_EQ(link_->leases.size(), 1U);
  keeper_->Sweep({});
  keeper_->Sweep({});
  EXPECT_TRUE(link_->leases.empty());
  EXPECT_EQ(keeper_->Start("pair", Ids{"unit-1"}).error().code,
            ErrorCode::kNotFound);
}

TEST_F(KeeperTest, Offer_OfTheNameAgain_FindsWhatPodsHave) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-1"}));
  Offer({});
  Offer({{"pair", kBundle}});
  keeper_->Refresh();
  EXPECT_EQ(healthy_, (Ids{"unit-0", "unit-1"}));
  used_ = Used("unit-1");
  EXPECT_EQ(Allocate({"unit-1"}).error().code, ErrorCode::kBusy);
}

TEST_F(KeeperTest, Offer_OfAnotherFile_HasItsUnitsAndThoseOfPods) {
  Make({0, 1});
  ASSERT_TRUE(Allocate({"unit-1"}));
  Offer({{"pair", kDevice}});
  keeper_->Refresh();
  EXPECT_EQ(listed_, (Ids{"a0", "unit-1"}));
  keeper_->Sweep(Used("unit-1"));
  keeper_->Sweep({});
  keeper_->Sweep({});
  EXPECT_EQ(healthy_, (Ids{"a0", "a1"}));
}

TEST_F(KeeperTest, Prefer_TakesTheSameNodeAndWhatIsRequired) {
  Make({0, 1, 0, 1});
  const auto chosen = keeper_->Prefer(
      "pair", {{"unit-0", "unit-1", "unit-2", "unit-3"}, {"unit-1"}, 2});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(*chosen, (Ids{"unit-1", "unit-3"}));
}

TEST_F(KeeperTest, Prefer_OfMoreThanThereAre_IsRefused) {
  Make({0});
  EXPECT_EQ(keeper_->Prefer("pair", {{"unit-0"}, {}, 2}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(keeper_->Prefer("pair", {{"unit-0"}, {"unit-9"}, 1}).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::kubernetes
