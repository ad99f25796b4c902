// What is counted of requests, and who is told.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "daemon/broker.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::SessionPair;

// Alice and bob are tenants; the interns are a part of alice's.
constexpr char kTenants[] = R"(, "namespaces": {
  "east": {"users": [1000], "namespaces": {"interns": {"users": [1002]}}},
  "west": {"users": [1001]}})";

class BrokerStatistics : public ServingBroker {
 protected:
  BrokerStatistics() { policy_directory_ = files_.path(); }

  std::vector<std::string> NamesFor(const Asker& asker) {
    std::vector<std::string> names;
    for (const auto& one : broker_->StatisticsFor(asker)) {
      names.push_back(one.name);
    }
    return names;
  }
  // Of a namespace, as root sees it.
  const Tally& TallyOf(const std::string& name) {
    for (const auto& one : broker_->StatisticsFor(root_user_)) {
      if (one.name == name) return *one.tally;
    }
    ADD_FAILURE() << "no namespace " << name;
    std::abort();
  }
  std::int64_t LeasesOf(const std::string& name) {
    for (const auto& one : broker_->StatisticsFor(root_user_)) {
      if (one.name == name) return one.leases;
    }
    return -1;
  }
  static std::int64_t Refused(const Outcomes& outcomes, ErrorCode code) {
    return outcomes.refused[static_cast<std::size_t>(code)];
  }
  void Plan(const Asker& asker, std::string_view pipeline) {
    std::optional<Result<Document>> answer;
    broker_->Plan(asker, {*ParseJson(pipeline)}, [&](Result<Document> planned) {
      answer = std::move(planned);
    });
    RunUntil([&] { return answer.has_value(); });
  }

  const Asker intern_{{1002, {1002}}, ":1.1002", 13};
  acceld::testing::TempDir files_;
};

TEST_F(BrokerStatistics, Namespaces_AreToldToThemselvesAndWhatIsAroundThem) {
  Serve(GrantMode::kStandIn, kTenants);
  EXPECT_EQ(NamesFor(alice_), (std::vector<std::string>{"east"}));
  for (const Asker& asker : {alice_, bob_, intern_}) Plan(asker, kCopy);
  EXPECT_EQ(NamesFor(alice_), (std::vector<std::string>{"east", "interns"}));
  EXPECT_EQ(NamesFor(intern_), (std::vector<std::string>{"interns"}));
  EXPECT_EQ(NamesFor(bob_), (std::vector<std::string>{"west"}));
  EXPECT_EQ(NamesFor(root_user_),
            (std::vector<std::string>{"default", "east", "interns", "west"}));
}

TEST_F(BrokerStatistics, Lease_IsCountedWithItsOwnersNamespaceAlone) {
  Serve(GrantMode::kStandIn, kTenants);
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair);
  EXPECT_EQ(LeasesOf("east"), 1);
  EXPECT_EQ(LeasesOf("default"), 0);
  EXPECT_EQ(TallyOf("east").acquire.succeeded, 1);
  EXPECT_EQ(TallyOf("default").acquire.succeeded, 0);
  EXPECT_EQ(TallyOf("east").acquire_seconds.count(), 1);
  EXPECT_EQ(TallyOf("east").search_seconds.count(), 1);
  EXPECT_EQ(TallyOf("east").gap.counts()[0], 1);  // proven
  broker_->Release(alice_, id, [](const Status&) {});
  EXPECT_EQ(TallyOf("east").released, 1);
  EXPECT_EQ(LeasesOf("east"), 0);
}

TEST_F(BrokerStatistics, Refusals_AreCountedByReason) {
  Serve(GrantMode::kStandIn, kTenants);
  SessionPair held;
  (void)Lend(alice_, held, kWholeGpu);  // the only one
  SessionPair busy;
  EXPECT_FALSE(Acquire(bob_, std::move(busy.daemon), kWholeGpu));
  SessionPair malformed;
  EXPECT_FALSE(Acquire(bob_, std::move(malformed.daemon), "{}"));
  const Outcomes& acquire = TallyOf("west").acquire;
  EXPECT_EQ(Refused(acquire, ErrorCode::kBusy), 1);
  EXPECT_EQ(Refused(acquire, ErrorCode::kInvalidArgument), 1);
  EXPECT_EQ(acquire.succeeded, 0);
  EXPECT_EQ(TallyOf("west").gap.count(), 0);
}

TEST_F(BrokerStatistics, PlanThatSaysNothingFits_IsARefusal) {
  Serve(GrantMode::kStandIn, kTenants);
  Plan(bob_, kCopy);
  Plan(bob_, R"({"stages": [{"name": "no", "function": "compute/gpu",
                             "count": 60, "sharing": "exclusive"}]})");
  Plan(bob_, "{}");
  const Outcomes& plan = TallyOf("west").plan;
  EXPECT_EQ(plan.succeeded, 1);
  EXPECT_EQ(Refused(plan, ErrorCode::kUnsatisfiable), 1);
  EXPECT_EQ(Refused(plan, ErrorCode::kInvalidArgument), 1);
}

TEST_F(BrokerStatistics, RevokedLease_IsToldFromAReleasedOne) {
  Serve(GrantMode::kStandIn, kTenants);
  SessionPair pair;
  const LeaseId id = Lend(bob_, pair);
  broker_->Revoke(root_user_, id, "fan broken", [](const Status&) {});
  EXPECT_EQ(TallyOf("west").revoked, 1);
  EXPECT_EQ(TallyOf("west").released, 0);
}

TEST_F(BrokerStatistics, NewPolicy_ForgetsTheNamespacesThatItDoesNotHave) {
  Serve(GrantMode::kStandIn, kTenants);
  SessionPair east;
  SessionPair west;
  (void)Lend(alice_, east);
  (void)Lend(bob_, west);
  files_.AddFile("10.json", R"({"version": 1, "default": "allow",
      "namespaces": {"west": {"users": [1001]}}})");
  ASSERT_TRUE(Reload(root_user_));
  EXPECT_EQ(NamesFor(root_user_),
            (std::vector<std::string>{"default", "west"}));
  EXPECT_EQ(TallyOf("west").acquire.succeeded, 1);
  EXPECT_EQ(TallyOf("default").acquire.succeeded, 0);
  EXPECT_EQ(LeasesOf("default"), 1);  // alice's, who is in none now
}

}  // namespace
}  // namespace acceld::daemon
