// What acceld-dra-plugin keeps at an API server, and what it does where that is
// slow, fails, or is another.
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "base/document.h"
#include "base/json.h"
#include "tests/integration/kubernetes/dra/served_node.h"

namespace acceld::testing {
namespace {

// Of configs/hosts/dsa-gpu-2s.
constexpr char kGpu[] = "pci-0000-3e-00-0-drm";
constexpr std::size_t kDevices = 8;

class ApiServerTest : public ServedNode {};

TEST_F(ApiServerTest, Slices_ArePublishedAndOwnedByTheNode) {
  StartNode();
  ASSERT_TRUE(HasDevices(kDevices));
  const Document answer = cluster_->Do("slices");
  EXPECT_TRUE(At(answer, {"refused"}).is_null());
  EXPECT_EQ(At(answer, {"unauthorized"}), Document(0));
  const Document slice = Slices().front();
  EXPECT_EQ(At(slice, {"metadata", "ownerReferences", "0", "kind"}),
            Document("Node"));
  EXPECT_EQ(At(slice, {"spec", "pool", "generation"}), Document(1));
  EXPECT_EQ(At(Device(kGpu), {"attributes", "acceld.org/key", "string"}),
            Document("accelerator:renderD128"));
}

TEST_F(ApiServerTest, SlicesThatAreRight_AreNotWrittenAgain) {
  StartNode();
  ASSERT_TRUE(HasDevices(kDevices));
  const auto writes = At(cluster_->Do("slices"), {"writes"});
  EXPECT_EQ(plugin_->End(SIGTERM), 0);
  StartPlugin();
  Register();
  AddClaim("c", {kGpu});
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_EQ(At(cluster_->Do("slices"), {"writes"}), writes);
}

TEST_F(ApiServerTest, SlicesThatSomebodyRemoved_ComeBack) {
  StartNode();
  ASSERT_TRUE(HasDevices(kDevices));
  cluster_->Do("remove_slices");
  EXPECT_TRUE(HasDevices(kDevices));
}

TEST_F(ApiServerTest, WhereSlicesCannotBeWatched_TheyAreLookedAtAllTheSame) {
  StartCluster();
  cluster_->Do("fail", {{"method", "WATCH"}, {"status", 403}, {"count", 1000}});
  StartPlugin();
  ASSERT_TRUE(HasDevices(kDevices));
  cluster_->Do("remove_slices");
  EXPECT_TRUE(HasDevices(kDevices));
}

// libcurl is told to leave signals alone.
TEST_F(ApiServerTest, AConnectionThatTheServerClosed_EndsNothing) {
  StartNode();
  plugin_->Send(SIGPIPE);
  AddClaim("c", {kGpu});
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_TRUE(plugin_->Runs());
}

TEST_F(ApiServerTest, AnOldSlice_IsRemoved) {
  StartCluster();
  cluster_->Do("add_slice", {{"slice", Json(R"({
    "apiVersion": "resource.k8s.io/v1", "kind": "ResourceSlice",
    "metadata": {"name": "worker-3-old"},
    "spec": {"driver": "acceld.org", "nodeName": "worker-3",
      "pool": {"name": "worker-3", "generation": 41, "resourceSliceCount": 1},
      "devices": [{"name": "gone"}]}})")}});
  StartPlugin();
  ASSERT_TRUE(HasDevices(kDevices));
  EXPECT_TRUE(Device("gone").is_null());
  for (const Document& slice : Slices()) {
    EXPECT_EQ(At(slice, {"spec", "pool", "generation"}), Document(42));
  }
}

TEST_F(ApiServerTest, AnApiServerThatFails_IsAskedAgain) {
  StartCluster();
  cluster_->Do("fail", {{"method", "GET"}, {"status", 503}, {"count", 2}});
  cluster_->Do("fail", {{"method", "WATCH"}, {"status", 500}, {"count", 1}});
  cluster_->Do("fail", {{"method", "POST"}, {"status", 409}, {"count", 1}});
  cluster_->Do("fail", {{"method", "POST"}, {"status", 500}, {"count", 1}});
  StartPlugin();
  EXPECT_TRUE(HasDevices(kDevices));
  Register();
  AddClaim("c", {kGpu});
  cluster_->Do("fail",
               {{"path", "resourceclaims"}, {"status", 500}, {"count", 1}});
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c").find("500"), std::string::npos);
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
}

TEST_F(ApiServerTest, ASlowApiServer_KeepsNothingElseWaiting) {
  StartNode();
  ASSERT_TRUE(HasDevices(kDevices));
  AddClaim("slow", {kGpu});
  cluster_->Do("fail",
               {{"path", "resourceclaims"}, {"count", 1}, {"delay_ms", 3000}});
  const int call = SendPrepare({"slow"}, "v1", true);
  // Another claim is not behind it.
  EXPECT_EQ(At(Unprepare({"never"}), {"uid-never"}), Document(""));
  const Document answer = cluster_->Answer(call);
  EXPECT_EQ(At(answer, {"claims", "uid-slow", "error"}), Document(""));
}

TEST_F(ApiServerTest, ATokenThatIsRenewed_IsReadAgain) {
  StartNode();
  ASSERT_TRUE(HasDevices(kDevices));
  cluster_->Do("token", {{"token", "the-next-one"}});
  AddClaim("c", {kGpu});
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c").find("401"), std::string::npos);
  directory_.AddFile("account/token", "the-next-one");
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
}

TEST_F(ApiServerTest, AnOverloadedServer_IsAskedWhenItSays) {
  StartNode();
  AddClaim("c", {kGpu});
  for (const char* after : {"1", "3600"}) {
    cluster_->Do("fail", {{"path", "resourceclaims"},
                          {"status", 429},
                          {"count", 1},
                          {"retry_after", after}});
  }
  const std::string error = ErrorOf(Prepare({"c"}), "c");
  EXPECT_NE(error.find("429"), std::string::npos) << error;  // not for an hour
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
}

TEST_F(ApiServerTest, ARedirection_IsNotFollowed) {
  StartNode();
  auto other = LineProcess::Start(
      {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  ASSERT_TRUE(other);
  directory_.AddDirectory("other");
  const Document served =
      (*other)->Do("serve", {{"account", directory_.At("other")}});
  const std::string port = PrintJson(*served.Find("port"));
  AddClaim("c", {kGpu});
  cluster_->Do("fail", {{"path", "resourceclaims"},
                        {"status", 307},
                        {"count", 1},
                        {"location", "https://127.0.0.1:" + port + "/"}});
  const std::string error = ErrorOf(Prepare({"c"}), "c");
  EXPECT_NE(error.find("307"), std::string::npos) << error;
  EXPECT_EQ(At((*other)->Do("slices"), {"connections"}), Document(0));
}

// A plugin that finds what calls itself the API server at `port`, and what it
// has of a service account in `account`.
class StrangeServerTest : public ServedNode {
 protected:
  void ExpectNotSpokenTo(LineProcess& server, const std::string& port,
                         const std::string& account) {
    auto plugin = Process::Start(
        {Runfile("integrations/kubernetes/dra/acceld-dra-plugin"),
         "--bus=" + bus_->address(), "--node=worker-3",
         "--cdi=" + directory_.At("cdi"),
         "--kubelet=" + directory_.At("kubelet"),
         "--service-account=" + account},
        {"KUBERNETES_SERVICE_HOST=127.0.0.1",
         "KUBERNETES_SERVICE_PORT=" + port});
    ASSERT_TRUE(plugin);
    EXPECT_TRUE(Eventually([&] {
      return *At(server.Do("slices"), {"connections"}).AsInteger() > 1;
    }));
    EXPECT_EQ((*plugin)->End(SIGTERM), 0);
    // It never got as far as the token.
    EXPECT_EQ(At(server.Do("slices"), {"requests"}), Document(0));
  }
};

TEST_F(StrangeServerTest, OfAnotherAuthority_IsNotSpokenTo) {
  StartCluster();
  auto other = LineProcess::Start(
      {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  ASSERT_TRUE(other);
  directory_.AddDirectory("other");
  (*other)->Do("serve", {{"account", directory_.At("other")}});
  ExpectNotSpokenTo(*cluster_, port_, directory_.At("other"));
}

TEST_F(StrangeServerTest, OfAnotherName_IsNotSpokenTo) {
  StartCluster();
  auto other = LineProcess::Start(
      {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  ASSERT_TRUE(other);
  directory_.AddDirectory("other");
  const Document served = (*other)->Do(
      "serve", {{"account", directory_.At("other")}, {"host", "127.0.0.2"}});
  ExpectNotSpokenTo(**other, PrintJson(*served.Find("port")),
                    directory_.At("other"));
}

}  // namespace
}  // namespace acceld::testing
