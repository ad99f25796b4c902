#include "client/ctl/lease_specs.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "integrations/cdi/spec_directory.h"
#include "tests/support/temp_dir.h"

namespace acceld::ctl {
namespace {

using acceld::testing::TempDir;
using Names = std::vector<std::string>;

std::string Lease(const std::string& id, const std::string& number) {
  return R"({"lease": "/org/acceld1/lease/)" + id +
         R"(", "owner": 7, "socket": "/run/acceld/leases/)" + id +
         R"(", "hardware": [{"device": "accelerator:a", "node": "/dev/null",
             "number": ")" +
         number + R"(", "at_path": false}]})";
}

class LeaseSpecs : public ::testing::Test {
 protected:
  void SetUp() override {
    auto directory = cdi::SpecDirectory::Make(parent_.At("cdi"));
    ASSERT_TRUE(directory) << directory.error().message;
    directory_.emplace(*std::move(directory));
  }
  SyncedSpecs Sync(const std::string& leases) {
    const auto document = ParseJson("[" + leases + "]");
    EXPECT_TRUE(document) << document.error().message;
    auto synced = SyncLeaseSpecs(*document, *directory_, "");
    EXPECT_TRUE(synced) << synced.error().message;
    return synced.value_or(SyncedSpecs());
  }
  [[nodiscard]] Names All() const { return directory_->Names("").value(); }

  TempDir parent_;
  std::optional<cdi::SpecDirectory> directory_;
};

TEST_F(LeaseSpecs, OfLeases_ComeAndGoWithThem) {
  (void)Sync(Lease("1a", "1:3") + "," + Lease("2b", "1:3"));
  EXPECT_EQ(All(),
            (Names{"acceld.org-lease_1a.json", "acceld.org-lease_2b.json"}));
  const SyncedSpecs synced = Sync(Lease("2b", "1:3"));
  EXPECT_EQ(synced.removed, Names{"acceld.org-lease_1a.json"});
  EXPECT_EQ(All(), Names{"acceld.org-lease_2b.json"});
}

TEST_F(LeaseSpecs, OfALeaseWhoseDeviceIsAnother_AreRemoved) {
  (void)Sync(Lease("1a", "1:3"));
  const SyncedSpecs synced = Sync(Lease("1a", "1:5"));
  EXPECT_TRUE(All().empty());
  ASSERT_EQ(synced.left_out.size(), 1U);
  EXPECT_TRUE(synced.left_out[0].starts_with("lease 1a: "))
      << synced.left_out[0];
}

TEST_F(LeaseSpecs, OfLeasesWithoutASocket_AreNotMade) {
  (void)Sync(R"({"lease": "/org/acceld1/lease/1a", "owner": 7})");
  EXPECT_TRUE(All().empty());
}

TEST_F(LeaseSpecs, OfOthers_AreLeftAlone) {
  ASSERT_TRUE(directory_->Write("acceld.org-drm.json", "{}"));
  ASSERT_TRUE(directory_->Write("nvidia.json", "{}"));
  (void)Sync("");
  EXPECT_EQ(All().size(), 2U);
  EXPECT_EQ(RemoveSpecs(*directory_, IsLeaseSpec).value(), Names{});
  EXPECT_EQ(RemoveSpecs(*directory_, IsClassSpec).value(),
            Names{"acceld.org-drm.json"});
  EXPECT_EQ(All(), Names{"nvidia.json"});
}

TEST_F(LeaseSpecs, OfKubernetes_AreLeftToItsPlugins) {
  const Names theirs{"acceld.org-claim_1a-2b.json", "acceld.org-unit_1a.json"};
  for (const std::string& name : theirs) {
    ASSERT_TRUE(directory_->Write(name, "{}"));
  }
  (void)Sync("");
  EXPECT_EQ(RemoveSpecs(*directory_, IsLeaseSpec).value(), Names{});
  EXPECT_EQ(RemoveSpecs(*directory_, IsClassSpec).value(), Names{});
  EXPECT_EQ(All(), theirs);
}

TEST_F(LeaseSpecs, ThatCannotBeWritten_KeepNoOtherFromItsOwn) {
  // A file of the name cannot take a directory's place.
  parent_.AddFile("cdi/.acceld.org-lease_1a.json.new/in", "the way");
  const SyncedSpecs synced =
      Sync(Lease("1a", "1:3") + "," + Lease("2b", "1:3"));
  EXPECT_EQ(All(), Names{"acceld.org-lease_2b.json"});
  EXPECT_EQ(synced.left_out.size(), 1U);
  EXPECT_TRUE(synced.fault);
}

TEST(LeaseSpecNames, AreToldFromThoseOfOthers) {
  EXPECT_TRUE(IsLeaseSpec("acceld.org-lease_0f.json"));
  EXPECT_TRUE(IsClassSpec("acceld.org-fpga-manager.json"));
  for (const char* name :
       {"acceld.org-lease_.json", "acceld.org-lease_.jso",
        "acceld.org-unit_0f.json", "acceld.org-claim_0f.json",
        "acceld.org-.json", "nvidia.json", ""}) {
    EXPECT_FALSE(IsLeaseSpec(name)) << name;
    EXPECT_FALSE(IsClassSpec(name)) << name;
  }
}

}  // namespace
}  // namespace acceld::ctl
