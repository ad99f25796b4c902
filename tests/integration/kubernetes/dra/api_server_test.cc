// What acceld-dra-plugin keeps at an API server, and what it does where that is
// slow, fails, or is another.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>

#include "base/document.h"
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
  Register();  // the kubelet removes them only of a plugin that was away
  EXPECT_TRUE(HasDevices(kDevices));
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

TEST_F(ApiServerTest, AServerOfAnotherAuthority_IsNotSpokenTo) {
  StartCluster();
  const std::string account = directory_.At("account");
  auto other = LineProcess::Start(
      {Runfile("tests/integration/kubernetes/dra/fake_cluster")});
  ASSERT_TRUE(other);
  directory_.AddDirectory("other");
  (*other)->Do("serve", {{"account", directory_.At("other")}});
  std::filesystem::copy(directory_.At("other/ca.crt"), account + "/ca.crt",
                        std::filesystem::copy_options::overwrite_existing);
  auto plugin = Process::Start(
      {Runfile("integrations/kubernetes/dra/acceld-dra-plugin"),
       "--bus=" + bus_->address(), "--node=worker-3",
       "--cdi=" + directory_.At("cdi"), "--kubelet=" + directory_.At("kubelet"),
       "--service-account=" + account},
      {"KUBERNETES_SERVICE_HOST=127.0.0.1",
       "KUBERNETES_SERVICE_PORT=" + port_});
  ASSERT_TRUE(plugin);
  EXPECT_TRUE(Eventually([&] {
    return *At(cluster_->Do("slices"), {"strange"}).AsInteger() > 1;
  }));
  EXPECT_EQ((*plugin)->End(SIGTERM), 0);
  // It never got as far as the token.
  EXPECT_EQ(At(cluster_->Do("slices"), {"unauthorized"}), Document(0));
  EXPECT_TRUE(Slices().empty());
}

}  // namespace
}  // namespace acceld::testing
