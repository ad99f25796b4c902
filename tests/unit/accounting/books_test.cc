// What leases are charged, and leases counted anew by another policy.
#include "accounting/books.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "placement/device_view.h"
#include "placement/placement.h"
#include "placement/request.h"
#include "tests/support/described_host.h"
#include "tests/support/fake_clock.h"

namespace acceld::accounting {
namespace {

using acceld::testing::DescribedHost;
using acceld::testing::FakeClock;

const policy::Subject kAlice{1000, {1000}};
const policy::Subject kBob{1001, {1001}};

std::shared_ptr<const policy::Policy> PolicyOf(const std::string& members) {
  auto policy = policy::Policy::Compile(
      {{"10.json",
        R"({"version": 1, "default": "allow", "classes": {"gpu": {"devices":
            [{"attribute": "framework", "equals": "nvidia"}]}},)" +
            members + "}"}});
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy ? *std::move(policy) : policy::Policy::Default();
}

// Leases on the GPUs of a machine, by number.
class BooksTest : public ::testing::Test {
 protected:
  void Use(const std::string& members) {
    policy_ = PolicyOf(members);
    books_.emplace(clock_, policy_, [this](const std::string& device) {
      return MarksOf(device);
    });
    for (const graph::VertexId id : placement::FindDevices(*topology_)) {
      const auto* framework =
          placement::DeviceView(*topology_, id).GetAs<std::string>("framework");
      if (framework != nullptr && *framework == "nvidia") gpus_.push_back(id);
    }
    ASSERT_GE(gpus_.size(), 4U);
  }
  void Replace(const std::string& members) {
    policy_ = PolicyOf(members);
    books_->SetPolicy(policy_);
  }
  struct Charges {
    LeaseCharge lease;
    LeaseCharge placement;
  };
  Result<Charges> Take(const policy::Subject& subject,
                       const std::vector<std::size_t>& gpus,
                       std::optional<Over>* over = nullptr) {
    Charges charges;
    ACCELD_TRY(charges.lease, books_->TakeLease(subject, over));
    ACCELD_TRY(auto document, ParseJson(R"({"stages": [{"name": "s",
                             "function": "compute/gpu", "count": 8}]})"));
    ACCELD_TRY(const placement::Request request,
               placement::ParseRequest(document, policy_->defaults()));
    placement::Placement placement;
    for (const std::size_t gpu : gpus) {
      placement.stages.push_back({0, 0, gpus_[gpu]});
    }
    ACCELD_TRY(charges.placement,
               books_->TakePlacement(subject, request, *topology_, placement,
                                     {1}, over));
    return charges;
  }
  // A lease that is kept.
  void Hold(const policy::Subject& subject,
            const std::vector<std::size_t>& gpus) {
    auto charges = Take(subject, gpus);
    ASSERT_TRUE(charges) << charges.error().message;
    held_.push_back(*std::move(charges));
  }
  // Entries that are in the way of each lease, in the order of Hold(); of a
  // lease that fits, nothing.
  std::vector<std::string> Recounted() {
    std::vector<Books::Held> leases;
    // The order of the list says nothing.
    for (auto one = held_.rbegin(); one != held_.rend(); ++one) {
      leases.push_back({&one->lease, &one->placement});
    }
    std::vector<std::string> entries;
    for (const auto& over : books_->Recount(leases)) {
      entries.insert(entries.begin(), over ? over->entry : "");
      if (over) last_ = *over;
    }
    return entries;
  }
  std::string KeyOf(std::size_t gpu) const {
    return topology_->vertex(gpus_[gpu]).key;
  }

  FakeClock clock_;
  std::shared_ptr<const graph::Topology> topology_ =
      DescribedHost("nvswitch-8gpu");
  std::shared_ptr<const policy::Policy> policy_;
  std::optional<Books> books_;
  std::vector<graph::VertexId> gpus_;
  std::vector<Charges> held_;
  Over last_;

 private:
  std::optional<policy::DeviceMarks> MarksOf(const std::string& device) const {
    const auto id = topology_->Find(device);
    if (!id) return std::nullopt;
    return policy_->Mark(placement::DeviceView(*topology_, *id));
  }
};

using Entries = std::vector<std::string>;

TEST_F(BooksTest, Refusal_SaysWhichBound) {
  Use(R"("limits": {"max_instances_per_user": 3},
         "quotas": [{"class": "gpu", "devices": 1}])");
  std::optional<Over> over;
  EXPECT_FALSE(Take(kAlice, {2, 3}, &over));
  ASSERT_TRUE(over);
  EXPECT_EQ(over->entry, "10.json#/quotas/0");
  EXPECT_EQ(over->device, KeyOf(2));
  EXPECT_FALSE(Take(kAlice, {0, 0, 0, 0}, &over));
  EXPECT_EQ(over->entry, kLimits);
  EXPECT_TRUE(Take(kAlice, {0, 0, 0}));  // nothing was charged by the refused
}

TEST_F(BooksTest, Recount_WithoutChange_FindsNothing) {
  Use(R"("quotas": [{"class": "gpu", "devices": 2}])");
  Hold(kAlice, {0});
  Hold(kAlice, {1});
  EXPECT_EQ(Recounted(), (Entries{"", ""}));
}

TEST_F(BooksTest, ShrunkQuota_FindsTheNewest) {
  Use(R"("limits": {})");
  Hold(kAlice, {3});
  Hold(kAlice, {2});
  Hold(kBob, {2});
  Hold(kAlice, {1});
  Replace(R"("quotas": [{"class": "gpu", "devices": 2}])");
  EXPECT_EQ(Recounted(), (Entries{"", "", "", "10.json#/quotas/0"}));
  EXPECT_EQ(last_.device, KeyOf(1));
}

// What an older lease holds already costs a newer one nothing, and a small one
// may fit where one before it did not.
TEST_F(BooksTest, ShrunkQuota_KeepsWhatFits) {
  Use(R"("limits": {})");
  Hold(kAlice, {0, 1});
  Hold(kAlice, {2, 3});
  Hold(kAlice, {0});
  Hold(kAlice, {2});
  Replace(R"("quotas": [{"class": "gpu", "devices": 3}])");
  EXPECT_EQ(Recounted(), (Entries{"", "10.json#/quotas/0", "", ""}));
}

// None gives back a device by itself: each must see what is kept so far.
TEST_F(BooksTest, ShrunkQuota_OnDevicesThatManyLeasesShare_Holds) {
  Use(R"("limits": {})");
  for (int i = 0; i < 3; ++i) Hold(kAlice, {0, 1});
  Replace(R"("quotas": [{"class": "gpu", "devices": 1}])");
  EXPECT_EQ(Recounted(), Entries(3, "10.json#/quotas/0"));
}

TEST_F(BooksTest, ShrunkQuotaOfLeases_CountsThem_AlsoWithoutAClass) {
  Use(R"("limits": {})");
  for (std::size_t i = 0; i < 3; ++i) Hold(kAlice, {i});
  Replace(R"("quotas": [{"leases": 2}])");
  EXPECT_EQ(Recounted(), (Entries{"", "", "10.json#/quotas/0"}));
  Replace(R"("quotas": [{"class": "gpu", "leases": 1}])");
  EXPECT_EQ(Recounted(),
            (Entries{"", "10.json#/quotas/0", "10.json#/quotas/0"}));
}

TEST_F(BooksTest, ShrunkLimit_IsFoundToo) {
  Use(R"("limits": {})");
  for (std::size_t i = 0; i < 3; ++i) Hold(kAlice, {i});
  Replace(R"("limits": {"max_leases_per_user": 2})");
  EXPECT_EQ(Recounted(), (Entries{"", "", kLimits}));
}

TEST_F(BooksTest, ShrunkShare_IsOfAllMembers_NewestFirst) {
  const std::string lab = R"("namespaces": {"lab": {"users": [1000, 1001])";
  Use(lab + "}}");
  Hold(kAlice, {0});
  Hold(kBob, {1});
  Hold(kAlice, {2});
  Replace(lab + R"(, "share": {"devices": 2}}})");
  EXPECT_EQ(Recounted(), (Entries{"", "", "10.json#/namespaces/lab/share"}));
}

TEST_F(BooksTest, StillFits_IsWhatWouldBeGivenNow) {
  Use(R"("limits": {})");
  Hold(kAlice, {0});
  Hold(kAlice, {0});
  Hold(kAlice, {1});
  Replace(R"("quotas": [{"class": "gpu", "devices": 1}])");
  EXPECT_TRUE(books_->StillFits(held_[0].placement));
  EXPECT_TRUE(books_->StillFits(held_[1].placement));
  EXPECT_FALSE(books_->StillFits(held_[2].placement));
  EXPECT_TRUE(books_->StillFits(held_[2].lease));
  held_.erase(held_.begin(), held_.begin() + 2);
  EXPECT_TRUE(books_->StillFits(held_[0].placement));
}

}  // namespace
}  // namespace acceld::accounting
