// Claims and their leases where something goes wrong half-way, or is restarted:
// the plugin, acceld, what writes specs.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "base/document.h"
#include "base/json.h"
#include "base/units.h"
#include "client/client.h"
#include "tests/integration/kubernetes/dra/served_node.h"
#include "tests/integration/running_daemon.h"

namespace acceld::testing {
namespace {

// Of dsa-gpu-2s.
constexpr char kQueue[] = "pci-0000-6a-01-0-wq0-1";
constexpr char kGpu[] = "pci-0000-3e-00-0-drm";

class RecoveryTest : public ServedNode {};

TEST_F(RecoveryTest, AfterARestart_ThePluginGoesOnWithItsClaims) {
  StartNode();
  AddClaim("c", {kQueue});
  const Document before = Prepare({"c"});
  const Document spec = Spec("c");
  EXPECT_EQ(plugin_->End(SIGKILL), -1);
  std::filesystem::remove(
      directory_.At("cdi/acceld.org-claim_uid-c.json"));  // a tmpfs
  directory_.AddFile("cdi/acceld.org-claim_uid-gone.json", "{}");
  StartPlugin();
  Register();
  EXPECT_EQ(Spec("c"), spec);  // rebuilt, before the kubelet asks
  EXPECT_TRUE(Spec("gone").is_null());
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);
  EXPECT_EQ(Prepare({"c"}), before);
  Unprepare({"c"});
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(RecoveryTest, SocketsThatSomebodyRemoved_ComeBack) {
  StartNode();
  AddClaim("c", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  std::filesystem::remove(RegistrySocket());
  ASSERT_TRUE(
      Eventually([&] { return std::filesystem::exists(RegistrySocket()); }));
  Register();
  std::filesystem::remove_all(directory_.At("kubelet/plugins/acceld.org"));
  ASSERT_TRUE(Eventually([&] { return std::filesystem::exists(DraSocket()); }));
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);
}

TEST_F(RecoveryTest, ASecondInstance_WaitsForTheFirst) {
  StartNode();
  AddClaim("c", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  auto first = std::move(plugin_);
  StartPlugin();  // the first one's sockets are there
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(first->End(SIGTERM), 0);
  ASSERT_TRUE(
      Eventually([&] { return std::filesystem::exists(RegistrySocket()); }));
  Register();
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);
}

// Between two looks at what nobody announces.
class AnnouncedTest : public RecoveryTest {
 protected:
  AnnouncedTest() { refresh_ = "10s"; }
  // Whether it holds long before the next look.
  template <typename Condition>
  static bool Soon(Condition holds) {
    constexpr std::chrono::seconds kSoon{5};
    const auto start = std::chrono::steady_clock::now();
    return Eventually(holds) &&
           std::chrono::steady_clock::now() - start < kSoon;
  }
};

TEST_F(AnnouncedTest, ARevokedLease_TakesItsSpecAlongAtOnce) {
  StartNode();
  AddClaim("c", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  client::Client client = Connect();
  const auto leases = client.ListLeases();
  ASSERT_TRUE(leases);
  ASSERT_TRUE(client.RevokeLease(*At(*leases, {"0", "lease"}).AsString(),
                                 "maintenance"));
  EXPECT_TRUE(Soon([&] { return Spec("c").is_null(); }));
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");  // anew
}

TEST_F(AnnouncedTest, ATaint_IsPublishedAtOnce) {
  StartNode();
  ASSERT_TRUE(HasDevices(8));
  client::Client client = Connect();
  ASSERT_TRUE(client.Taint("accelerator:renderD128",
                           Document::Object{{"reason", "new fan"}}));
  EXPECT_TRUE(Soon([&] {
    return At(Device(kGpu), {"taints", "0", "value"}) == Document("new-fan");
  }));
}

TEST_F(RecoveryTest, ARestartOfAcceld_EndsClaimsAndStartsAnew) {
  StartNode();
  AddClaim("c", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(daemon_->Stop(), 0);
  EXPECT_TRUE(Eventually([&] { return Spec("c").is_null(); }));
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c"), "");
  auto again = RunningDaemon::Start(
      bus_->address(),
      {"--host=" + Runfile("configs/hosts/dsa-gpu-2s.json"), "--stand-in=soft",
       "--runtime-directory=" + directory_.At("run")});
  ASSERT_TRUE(again) << again.error().message;
  daemon_ = *std::move(again);
  EXPECT_TRUE(Eventually([&] { return ErrorOf(Prepare({"c"}), "c").empty(); }));
  EXPECT_FALSE(Spec("c").is_null());
}

// What a call left whose answer nobody heard: a lease that lingers.
void LeaveLease(client::Client& client, const std::string& label) {
  const auto pipeline = ParseJson(R"({"stages": [{"name": "device-0",
      "function": "copy", "sharing": "exclusive",
      "select": [{"attribute": "key", "equals": "engine:wq0.1"}]}]})");
  ASSERT_TRUE(pipeline);
  client::AcquireOptions options;
  options.label = label;
  options.linger = Nanoseconds{60'000'000'000};
  const auto lease = client.Acquire(*pipeline, nullptr, options);
  ASSERT_TRUE(lease) << lease.error().message;
}

TEST_F(RecoveryTest, ACallWhoseAnswerWasLost_IsGoneOnWith) {
  StartNode();
  client::Client client = Connect();
  LeaveLease(client, "kubernetes/claim/uid-c");
  AddClaim("c", {kQueue});
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(CountLeases(client), 1U);
  Unprepare({"c"});
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(RecoveryTest, AClaimThatIsNotKnownHere_IsUnpreparedByItsLabel) {
  StartNode();
  client::Client client = Connect();
  LeaveLease(client, "kubernetes/claim/uid-c");
  EXPECT_EQ(At(Unprepare({"c"}), {"uid-c"}), Document(""));
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(RecoveryTest, ASpecThatCannotBeWritten_EndsNoLeaseThatIsInUse) {
  StartNode();
  client::Client client = Connect();
  const std::string path = directory_.At("cdi/acceld.org-claim_uid-c.json");
  std::filesystem::create_directories(path + "/in-the-way");
  AddClaim("c", {kQueue});
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(CountLeases(client), 0U);  // nothing is left of a first call
  std::filesystem::remove_all(path);
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  std::filesystem::remove(path);
  std::filesystem::create_directories(path + "/in-the-way");
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(CountLeases(client), 1U);  // its containers may run
  std::filesystem::remove_all(path);
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_FALSE(Spec("c").is_null());
}

}  // namespace
}  // namespace acceld::testing
