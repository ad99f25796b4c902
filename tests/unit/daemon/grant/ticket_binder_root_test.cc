// Grants of kind `ticket`: device nodes and mounts are root's.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/unique_fd.h"
#include "daemon/grant/ticket_binder.h"
#include "tests/support/machine_facts.h"
#include "tests/support/run_as.h"

namespace acceld::daemon {
namespace {

using acceld::testing::Background;
using acceld::testing::kStranger;
using acceld::testing::MachineFacts;
using acceld::testing::RunAs;

// /dev/zero stands for an accelerator's node.
class TicketBinderTest : public ::testing::Test {
 protected:
  TicketBinderTest() {
    auto made = TicketBinder::Make();
    EXPECT_TRUE(made.has_value());
    binder_ = *std::move(made);
    stage_.name = "pack";
  }

  Result<Bound> Bind(const std::string& path, const std::string& number,
                     bool one_shot = false) {
    MachineFacts facts;
    facts.Thing("accelerator:zip")
        .Attribute("accelerator:zip", attr::kFramework, std::string("uacce"))
        .Attribute("accelerator:zip", attr::kDriver, std::string("hisi_zip"))
        .Attribute("accelerator:zip", attr::kPasidWidth, std::int64_t{16})
        .Attribute("accelerator:zip", attr::kNodePath, path)
        .Attribute("accelerator:zip", attr::kDeviceNumber, number);
    const auto topology = facts.Build();
    return binder_->Bind({.grantee = {.user = kStranger, .process = process_},
                          .topology = *topology,
                          .device = *topology->Find("accelerator:zip"),
                          .stage = stage_,
                          .replica = 2,
                          .one_shot_tickets = one_shot});
  }

  static int UseAs(uid_t user, const api::Grant& grant) {
    return RunAs(user, [&] {
      const std::string path =
          "/proc/self/fd/" + std::to_string(grant.fd.get());
      return ::open(path.c_str(), O_RDWR) < 0 ? errno : 0;
    });
  }

  std::unique_ptr<TicketBinder> binder_;
  placement::Stage stage_;
  int process_ = -1;
};

TEST_F(TicketBinderTest, Grant_SaysWhatTheClientNeedsToOpenIt) {
  const auto bound = Bind("/dev/zero", "1:5");
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  ASSERT_EQ(bound->grants.size(), 1U);
  const api::Grant& grant = bound->grants[0];
  EXPECT_EQ(grant.kind, "ticket");
  EXPECT_EQ(grant.role, "");
  EXPECT_EQ(grant.stage, "pack");
  EXPECT_EQ(grant.replica, 2);
  EXPECT_EQ(grant.device, "accelerator:zip");
  EXPECT_EQ(PrintJson(grant.details),
            PrintJson(*ParseJson(
                R"({"framework": "uacce", "driver": "hisi_zip",
                    "number": "1:5", "name": "zero", "pasid_width": 16})")));
  EXPECT_NE(::fcntl(grant.fd.get(), F_GETFL) & O_PATH, 0);
  EXPECT_EQ(UseAs(kStranger, grant), 0);
  EXPECT_EQ(UseAs(kStranger + 1, grant), EACCES);
}

TEST_F(TicketBinderTest, Revoke_EndsTheTicketAndNothingHoldsTheDevice) {
  auto bound = Bind("/dev/zero", "1:5");
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  bound->binding->Revoke();
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), EACCES);
  // A void ticket keeps its filesystem as an open file does.
  EXPECT_EQ(*bound->binding->FindHolders(), std::vector<Holder>{{}});
  bound->grants.clear();
  const auto holders = bound->binding->FindHolders();
  ASSERT_TRUE(holders.has_value()) << holders.error().message;
  EXPECT_TRUE(holders->empty());
  EXPECT_TRUE(bound->binding->Restore().has_value());
}

TEST_F(TicketBinderTest, BindingDestroyed_TicketIsVoid) {
  auto bound = Bind("/dev/zero", "1:5");
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  bound->binding.reset();
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), EACCES);
}

TEST_F(TicketBinderTest, OneShot_IsVoidAfterTheFirstOpen) {
  const auto bound = Bind("/dev/zero", "1:5", true);
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), 0);
  binder_->watch().HandleOpens();
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), EACCES);
}

TEST_F(TicketBinderTest, PathWanted_IsAlsoMountedThere) {
  const Background client(0, [](const auto& ready) {
    if (::unshare(CLONE_NEWNS) == 0 &&
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) {
      ready();
    }
    (void)::pause();
  });
  const UniqueFd process(
      static_cast<int>(::syscall(SYS_pidfd_open, client.pid(), 0)));
  // Whose file /dev/zero is there: a filesystem's number.
  const auto filesystem = [&] {
    struct stat node {};
    const std::string path =
        "/proc/" + std::to_string(client.pid()) + "/root/dev/zero";
    EXPECT_EQ(::stat(path.c_str(), &node), 0);
    return node.st_dev;
  };
  const dev_t before = filesystem();
  stage_.grant = placement::GrantNeed::kPath;
  process_ = process.get();
  auto bound = Bind("/dev/zero", "1:5");
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(bound->grants[0].kind, "path");
  ASSERT_NE(bound->grants[0].details.Find("path"), nullptr);
  EXPECT_EQ(*bound->grants[0].details.Find("path"), Document("/dev/zero"));
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), 0);
  EXPECT_NE(filesystem(), before);
  bound->binding->Revoke();
  EXPECT_EQ(UseAs(kStranger, bound->grants[0]), EACCES);
  bound->grants.clear();
  const auto holders = bound->binding->FindHolders();
  ASSERT_TRUE(holders.has_value()) << holders.error().message;
  EXPECT_TRUE(holders->empty());
  EXPECT_EQ(filesystem(), before);
}

TEST_F(TicketBinderTest, PathWantedOfAnUnknownProcess_IsRefused) {
  stage_.grant = placement::GrantNeed::kPath;
  const auto bound = Bind("/dev/zero", "1:5");
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, ErrorCode::kUnsupported);
}

TEST_F(TicketBinderTest, AnotherDeviceHasTheNode_IsGone) {
  const auto bound = Bind("/dev/zero", "1:3");
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, ErrorCode::kDeviceGone);
}

TEST_F(TicketBinderTest, NodeMissing_IsGone) {
  const auto bound = Bind("/dev/acceld-none", "1:5");
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, ErrorCode::kDeviceGone);
}

}  // namespace
}  // namespace acceld::daemon
