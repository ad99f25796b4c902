// Reloads by the bus and by themselves, and what polkit lets others do. Needs
// root to become other users; says so where it is not.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "tests/integration/served_machine.h"
#include "tests/support/fake_polkit.h"
#include "tests/support/run_as.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

using Behaviour = FakePolkit::Behaviour;

// A bus knows only users that the machine has.
constexpr uid_t kNobody = 65534;

constexpr std::string_view kOpen = R"({"version": 1, "default": "allow")";

// As polkit's own configuration has it.
constexpr std::string_view kPolkitPolicy = R"(
  <policy user="root"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy context="default">
    <allow send_destination="org.freedesktop.PolicyKit1"/>
  </policy>)";

class AdministrationTest : public ServedMachine {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
    Write(std::string(kOpen) + "}");
    Serve({"--policy=" + policy_.path()},
          std::string(kSystemPolicy) + "<include>" +
              Runfile("configs/dbus/org.acceld1.conf") + "</include>" +
              std::string(kPolkitPolicy));
  }
  void Write(const std::string& text) {
    const std::string hidden = policy_.At(".10.json");
    std::ofstream(hidden) << text;
    ASSERT_EQ(::rename(hidden.c_str(), policy_.At("10.json").c_str()), 0);
  }
  void StartPolkit(Behaviour behaviour) {
    polkit_ = std::make_unique<FakePolkit>(bus_->address(), behaviour);
  }
  // The number of the policy in force, and its last error.
  static std::int64_t NumberOf(client::Client& client) {
    const auto state = client.Property("PolicyState");
    return state ? *state->Find("number")->AsInteger() : -1;
  }
  static bool HasError(client::Client& client) {
    const auto state = client.Property("PolicyState");
    return state && state->Find("error") != nullptr;
  }
  // What a stranger gets who asks for a reload: an ErrorCode, 100 for a report.
  int ReloadAsStranger() {
    return RunAs(kNobody, [&] {
      auto client = client::Client::Connect({.bus = bus_->address()});
      if (!client) return 101;
      const auto report = client->ReloadPolicy();
      return report ? 100 : static_cast<int>(report.error().code);
    });
  }

  TempDir policy_;
  std::unique_ptr<FakePolkit> polkit_;
};

constexpr int kDenied = static_cast<int>(ErrorCode::kPermissionDenied);

TEST_F(AdministrationTest, Stranger_ReloadsOnlyWherePolkitLetsHim) {
  EXPECT_EQ(ReloadAsStranger(), kDenied);  // no polkit
  for (const auto behaviour :
       {Behaviour::kRefuses, Behaviour::kChallenges, Behaviour::kFails}) {
    StartPolkit(behaviour);
    EXPECT_EQ(ReloadAsStranger(), kDenied);
    EXPECT_EQ(polkit_->asked().size(), 1U);
    polkit_.reset();
  }
  StartPolkit(Behaviour::kGrants);
  EXPECT_EQ(ReloadAsStranger(), 100);
  ASSERT_EQ(polkit_->asked().size(), 1U);
  EXPECT_EQ(polkit_->asked()[0].action, "org.acceld1.reload");
}

TEST_F(AdministrationTest, Root_IsNotAskedFor) {
  StartPolkit(Behaviour::kRefuses);
  client::Client root = Connect();
  EXPECT_TRUE(root.ReloadPolicy());
  EXPECT_TRUE(root.ListAllLeases());
  EXPECT_TRUE(polkit_->asked().empty());
}

TEST_F(AdministrationTest, ChangedDirectory_IsReadByItself) {
  client::Client root = Connect();
  Write(std::string(kOpen) + R"(, "limits": {"max_stages": 3}})");
  EXPECT_TRUE(Eventually([&] { return NumberOf(root) == 2; }));
  Write("{");
  EXPECT_TRUE(Eventually([&] { return HasError(root); }));
  EXPECT_EQ(NumberOf(root), 2);
  EXPECT_FALSE(root.ReloadPolicy());
  Write(std::string(kOpen) + "}");
  EXPECT_TRUE(Eventually([&] { return NumberOf(root) == 3; }));
  EXPECT_FALSE(HasError(root));
}

TEST_F(AdministrationTest, Sighup_ReadsThePolicyAgain) {
  client::Client root = Connect();
  ASSERT_EQ(::kill(daemon_->pid(), SIGHUP), 0);
  EXPECT_TRUE(Eventually([&] { return NumberOf(root) == 2; }));
}

TEST_F(AdministrationTest, ForbiddenLease_IsReported_AndRevokedWhereToldTo) {
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  const std::string deny =
      std::string(kOpen) + R"(, "rules": [{"effect": "deny", "users": [0]}])";
  Write(deny + "}");
  auto report = root.ReloadPolicy();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->Find("forbidden")->AsArray()->size(), 1U);
  const Document& forbidden = report->Find("forbidden")->AsArray()->front();
  EXPECT_EQ(*forbidden.Find("lease")->AsString(), lease->path());
  EXPECT_FALSE(*forbidden.Find("revoked")->AsBool());
  EXPECT_EQ(CountLeases(root), 1U);
  Write(deny + R"(, "reload": {"revoke_forbidden": true}})");
  ASSERT_TRUE(root.ReloadPolicy());
  const auto news = lease->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_EQ(CountLeases(root), 0U);
}

TEST_F(AdministrationTest, LeasesOverAShrunkQuota_AreReported_NewestRevoked) {
  client::Client root = Connect();
  auto older = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(older) << older.error().message;
  auto newer = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(newer) << newer.error().message;
  const std::string one =
      std::string(kOpen) + R"(, "quotas": [{"name": "one", "leases": 1}])";
  Write(one + "}");
  const auto report = root.ReloadPolicy();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->Find("forbidden")->AsArray()->size(), 1U);
  const Document& over = report->Find("forbidden")->AsArray()->front();
  EXPECT_EQ(*over.Find("lease")->AsString(), newer->path());
  EXPECT_EQ(*over.Find("rule")->AsString(), "10.json#/quotas/0");
  EXPECT_FALSE(over.Find("device")->AsString()->empty());
  EXPECT_FALSE(*over.Find("revoked")->AsBool());
  EXPECT_EQ(CountLeases(root), 2U);
  Write(one + R"(, "reload": {"revoke_forbidden": true}})");
  ASSERT_TRUE(root.ReloadPolicy());
  const auto news = newer->WaitForNews();
  ASSERT_TRUE(news) << news.error().message;
  EXPECT_EQ(news->type, api::SessionMessage::Type::kRevoked);
  EXPECT_EQ(CountLeases(root), 1U);
}

TEST_F(AdministrationTest, Stranger_MayRevokeAndTaint_WherePolkitLetsHim) {
  StartPolkit(Behaviour::kGrants);
  client::Client root = Connect();
  auto lease = root.Acquire(Json(kCompressDigest));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(RunAs(kNobody,
                  [&] {
                    auto client =
                        client::Client::Connect({.bus = bus_->address()});
                    if (!client) return 1;
                    const auto all = client->ListAllLeases();
                    if (!all || all->AsArray()->size() != 1) return 2;
                    if (!client->RevokeLease(lease->path(), "mine now"))
                      return 3;
                    const Document options =
                        Document::Object{{"reason", "being cleaned"}};
                    if (!client->Taint("accelerator:soft0-digest", options))
                      return 4;
                    return 0;
                  }),
            0);
  EXPECT_EQ(CountLeases(root), 0U);
  EXPECT_EQ(polkit_->asked().size(), 3U);
  EXPECT_FALSE(root.Acquire(Json(kCompressDigest)));
  ASSERT_TRUE(root.Untaint("accelerator:soft0-digest"));
  EXPECT_TRUE(root.Acquire(Json(kCompressDigest)));
}

}  // namespace
}  // namespace acceld::testing
