// acceld-dra-plugin between a real acceld, a kubelet and an API server.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "api/soft_queue.h"
#include "base/document.h"
#include "base/json.h"
#include "client/client.h"
#include "tests/integration/kubernetes/dra/served_node.h"

namespace acceld::testing {
namespace {

// Of configs/hosts/dsa-gpu-2s.
constexpr char kGpu[] = "pci-0000-3e-00-0-drm";
constexpr char kQueue[] = "pci-0000-6a-01-0-wq0-1";    // dedicated
constexpr char kOther[] = "pci-0000-e7-01-0-wq4-1";    // dedicated
constexpr char kInflate[] = "pci-0000-6a-02-0-wq1-0";  // shared

constexpr char kPipeline[] = R"([{"source": "FromClaim", "requests": [],
  "opaque": {"driver": "acceld.org", "parameters": {
    "apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
    "pipeline": {
      "stages": [{"name": "unzip", "function": "decompress/deflate"},
                 {"name": "infer", "function": "compute/gpu"}],
      "links": [{"from": "host", "to": "unzip"},
                {"from": "unzip", "to": "infer", "traffic": "2GB/s",
                 "require": {"locality": "same-numa"}}]}}}}])";

class DraTest : public ServedNode {};

TEST_F(DraTest, Registration_SaysWhatItSpeaks) {
  StartCluster();
  StartPlugin();
  const Document info = Register();
  EXPECT_EQ(At(info, {"type"}), Document("DRAPlugin"));
  EXPECT_EQ(At(info, {"name"}), Document("acceld.org"));
  EXPECT_EQ(At(info, {"endpoint"}), Document(DraSocket()));
  EXPECT_EQ(At(info, {"versions"}),
            Json(R"(["v1.DRAPlugin", "v1beta1.DRAPlugin",
                     "v1.DRAResourceHealth", "v1alpha1.DRAResourceHealth"])"));
  Register("the kubelet does not like it");  // and lives
  EXPECT_TRUE(plugin_->Runs());
}

TEST_F(DraTest, AClaim_IsALeaseOfExactlyItsDevice) {
  StartNode();
  AddClaim("c", {kQueue});
  const Document claims = Prepare({"c"});
  EXPECT_EQ(At(claims, {"uid-c", "error"}), Document(""));
  EXPECT_EQ(At(claims, {"uid-c", "devices", "0", "cdi", "0"}),
            Document("acceld.org/claim=uid-c-0"));
  EXPECT_EQ(At(claims, {"uid-c", "devices", "0", "cdi", "1"}),
            Document("acceld.org/claim=uid-c_r0"));
  EXPECT_EQ(At(claims, {"uid-c", "devices", "0", "device"}), Document(kQueue));
  client::Client client = Connect();
  const auto leases = client.ListLeases();
  ASSERT_TRUE(leases);
  ASSERT_EQ(leases->AsArray()->size(), 1U);
  EXPECT_EQ(At(*leases, {"0", "devices", "0"}), Document("engine:wq0.1"));
  EXPECT_EQ(At(*leases, {"0", "label"}), Document("kubernetes/claim/uid-c"));
}

TEST_F(DraTest, TheSpecOfAClaim_IsThereAsLongAsItsLease) {
  StartNode();
  AddClaim("c", {kGpu});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  const Document spec = Spec("c");
  EXPECT_EQ(At(spec, {"kind"}), Document("acceld.org/claim"));
  EXPECT_EQ(At(spec, {"devices", "0", "name"}), Document("uid-c-0"));
  EXPECT_EQ(At(spec, {"devices", "1", "name"}), Document("uid-c_r0"));
  const Document& mount =
      At(spec, {"devices", "1", "containerEdits", "mounts", "0"});
  EXPECT_EQ(At(mount, {"containerPath"}),
            Document("/var/run/kubernetes.io/dra-device-attributes/"
                     "resourceclaims/c/r0/acceld.org-metadata.json"));
  const std::string file = *At(mount, {"hostPath"}).AsString();
  EXPECT_TRUE(std::filesystem::exists(file)) << file;
  EXPECT_EQ(At(Unprepare({"c"}), {"uid-c"}), Document(""));
  EXPECT_TRUE(Spec("c").is_null());
  EXPECT_FALSE(std::filesystem::exists(file));
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 0U);
}

// What a program in a container of the claim does.
TEST_F(DraTest, TheContainer_RunsOnWhatTheClaimGot) {
  StartNode();
  AddClaim("c", {kQueue}, R"([{"opaque": {"driver": "acceld.org",
      "parameters": {"apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
      "pipeline": {"stages": [{"name": "move", "function": "copy"}]}}}}])");
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  const Document spec = Spec("c");
  const std::string socket =
      *At(spec, {"containerEdits", "mounts", "0", "hostPath"}).AsString();
  EXPECT_TRUE(socket.starts_with(directory_.At("run"))) << socket;
  ASSERT_EQ(::setenv("ACCELD_LEASE_SOCKET", socket.c_str(), 1), 0);
  auto lease = client::Lease::Inherited();
  ASSERT_EQ(::unsetenv("ACCELD_LEASE_SOCKET"), 0);
  ASSERT_TRUE(lease) << lease.error().message;
  auto queue = lease->OpenQueue("move");
  ASSERT_TRUE(queue) << queue.error().message;
  const std::vector<std::byte> in(4096, std::byte{42});
  std::vector<std::byte> out(4096);
  const auto done = queue->Run(api::soft::Opcode::kCopy, in, out);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(out, in);
}

TEST_F(DraTest, WithoutSocketsOfLeases_ClaimsArePreparedAllTheSame) {
  StartCluster("dsa-gpu-2s", "36", false);
  StartPlugin();
  Register();
  AddClaim("c", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  EXPECT_TRUE(At(Spec("c"), {"containerEdits", "mounts"}).is_null());
  Unprepare({"c"});
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 0U);
}

// Two pods on two GPUs of one node, with sockets of leases and without.
TEST_F(DraTest, GpusThatAreOpenedByPath_AreForSeveralClaims) {
  for (const bool sockets : {true, false}) {
    StartCluster("dgx-1v", "36", sockets);
    StartPlugin();
    Register();
    AddClaim("a", {"pci-0000-06-00-0-nvidia"});
    AddClaim("b", {"pci-0000-07-00-0-nvidia"});
    const Document claims = Prepare({"a", "b"});
    EXPECT_EQ(ErrorOf(claims, "a"), "");
    EXPECT_EQ(ErrorOf(claims, "b"), "");
    client::Client client = Connect();
    EXPECT_EQ(CountLeases(client), 2U);
    Unprepare({"a", "b"});
    EXPECT_EQ(CountLeases(client), 0U);
    EXPECT_EQ(plugin_->End(SIGTERM), 0);
    EXPECT_EQ(daemon_->Stop(), 0);
  }
}

TEST_F(DraTest, CallsThatComeAgain_AreAnsweredAlike) {
  StartNode();
  AddClaim("c", {kQueue});
  const Document first = Prepare({"c"});
  EXPECT_EQ(Prepare({"c"}), first);
  EXPECT_EQ(Prepare({"c"}, "v1beta1").AsObject()->size(), 1U);
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);
  EXPECT_EQ(At(Unprepare({"c"}), {"uid-c"}), Document(""));
  EXPECT_EQ(At(Unprepare({"c"}, "v1beta1"), {"uid-c"}), Document(""));
  EXPECT_EQ(At(Unprepare({"never"}), {"uid-never"}), Document(""));
  EXPECT_EQ(ErrorOf(Prepare({"c"}, "v1beta1"), "c"), "");
}

TEST_F(DraTest, APipelineOnAShare_TakesNoMoreThanThat) {
  StartNode();
  AddClaim("c", {kInflate}, R"([{"opaque": {"driver": "acceld.org",
      "parameters": {"apiVersion": "acceld.org/v1", "kind": "ClaimParameters",
      "pipeline": {"stages": [{"name": "unzip", "count": 3,
                               "function": "decompress/deflate"}]}}}}])",
           "2");
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c").find("3 instances"),
            std::string::npos);
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(DraTest, OneClaimThatFails_IsNothingToTheOthers) {
  StartNode();
  AddClaim("taken", {kQueue});
  ASSERT_EQ(ErrorOf(Prepare({"taken"}), "taken"), "");
  AddClaim("late", {kQueue});
  AddClaim("fine", {kOther});
  const Document claims = Prepare({"late", "fine", "unknown"});
  EXPECT_NE(ErrorOf(claims, "late").find("wq0.1"), std::string::npos)
      << ErrorOf(claims, "late");
  EXPECT_EQ(ErrorOf(claims, "fine"), "");
  EXPECT_NE(ErrorOf(claims, "unknown").find("404"), std::string::npos);
  // The device is free again: the next call succeeds.
  Unprepare({"taken"});
  EXPECT_EQ(ErrorOf(Prepare({"late"}), "late"), "");
}

TEST_F(DraTest, AClaimMadeAnew_IsNotPreparedAsTheOld) {
  StartNode();
  AddClaim("c", {kGpu});
  const Document answer = cluster_->Do(
      "prepare", {{"socket", DraSocket()},
                  {"version", "v1"},
                  {"claims", Json(R"([{"namespace": "ns", "name": "c",
                                       "uid": "another"}])")}});
  EXPECT_NE(At(answer, {"claims", "another", "error"}), Document(""));
}

TEST_F(DraTest, ManyClaimsAtOnce_EachGetTheirOwn) {
  StartNode();
  std::vector<std::string> names;
  std::vector<int> calls;
  for (int i = 0; i < 8; ++i) {
    names.push_back("c" + std::to_string(i));
    AddClaim(names.back(), {i % 2 == 0 ? kGpu : kInflate}, "[]", "1");
  }
  for (const std::string& name : names) {
    calls.push_back(SendPrepare({name}, "v1", true));
    calls.push_back(SendPrepare({name}, "v1beta1", true));
  }
  for (const int call : calls) {
    const Document answer = cluster_->Answer(call);
    ASSERT_NE(At(answer, {"claims"}).AsObject(), nullptr) << PrintJson(answer);
    for (const auto& [uid, claim] : *At(answer, {"claims"}).AsObject()) {
      EXPECT_EQ(At(claim, {"error"}), Document("")) << uid;
    }
  }
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), names.size());
  Unprepare(names);
  EXPECT_EQ(CountLeases(client), 0U);
}

TEST_F(DraTest, APipeline_IsPlacedOnTheClaimsDevices) {
  StartNode();
  AddClaim("c", {kGpu, kInflate}, kPipeline);
  const Document claims = Prepare({"c"});
  ASSERT_EQ(ErrorOf(claims, "c"), "");
  client::Client client = Connect();
  const auto leases = client.ListLeases();
  ASSERT_TRUE(leases);
  std::set<std::string> devices;
  for (const Document& device : *At(*leases, {"0", "devices"}).AsArray()) {
    devices.insert(*device.AsString());
  }
  EXPECT_EQ(devices,
            (std::set<std::string>{"accelerator:renderD128", "engine:wq1.0"}));
  EXPECT_EQ(At(claims, {"uid-c", "devices"}).AsArray()->size(), 2U);
  EXPECT_EQ(At(Spec("c"), {"devices"}).AsArray()->size(), 4U);
}

TEST_F(DraTest, APipelineThatDoesNotFit_IsRefusedWithTheReason) {
  StartNode();
  // The other socket's queue is not near the GPU.
  AddClaim("far", {kGpu, "pci-0000-e7-02-0-wq5-0"}, kPipeline);
  AddClaim("idle", {kGpu, kInflate, kQueue}, kPipeline);
  AddClaim("odd", {kGpu}, R"([{"opaque": {"driver": "acceld.org",
      "parameters": {"kind": "ClaimParameters"}}}])");
  const Document claims = Prepare({"far", "idle", "odd"});
  EXPECT_NE(ErrorOf(claims, "far").find("same-numa"), std::string::npos)
      << ErrorOf(claims, "far");
  EXPECT_NE(ErrorOf(claims, "idle").find("unused"), std::string::npos)
      << ErrorOf(claims, "idle");
  EXPECT_NE(ErrorOf(claims, "odd").find("/parameters/apiVersion"),
            std::string::npos)
      << ErrorOf(claims, "odd");
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 0U);  // nothing lingers of what failed
}

TEST_F(DraTest, ATaint_IsInSlicesAndHealthAndGoesAgain) {
  StartNode();
  ASSERT_TRUE(HasDevices(8));
  for (const char* version : {"v1", "v1alpha1"}) {
    cluster_->Do("watch_health",
                 {{"socket", DraSocket()}, {"version", version}});
  }
  auto health = [&](const std::string& version) {
    return At(cluster_->Do("health", {{"version", version}}),
              {"devices", kGpu, "health"});
  };
  EXPECT_TRUE(Eventually([&] { return health("v1") == Document("HEALTHY"); }));
  client::Client client = Connect();
  ASSERT_TRUE(client.Taint("accelerator:renderD128",
                           Document::Object{{"reason", "new fan"}}));
  EXPECT_TRUE(Eventually([&] {
    return At(Device(kGpu), {"taints", "0", "value"}) == Document("new-fan") &&
           health("v1") == Document("UNHEALTHY") &&
           health("v1alpha1") == Document("UNHEALTHY");
  }));
  EXPECT_EQ(At(Device(kGpu), {"taints", "0", "effect"}),
            Document("NoSchedule"));
  ASSERT_TRUE(client.Untaint("accelerator:renderD128"));
  EXPECT_TRUE(Eventually([&] {
    return At(Device(kGpu), {"taints"}).is_null() &&
           health("v1") == Document("HEALTHY");
  }));
  for (const Document& slice : Slices()) {
    EXPECT_EQ(At(slice, {"spec", "pool", "generation"}), Document(3));
  }
}

// A kubelet holds what it was not told for 30 s to be unknown.
TEST_F(DraTest, Health_IsToldAgainAndAgain) {
  StartNode();
  cluster_->Do("watch_health", {{"socket", DraSocket()}, {"version", "v1"}});
  EXPECT_TRUE(Eventually([&] {
    return *At(cluster_->Do("health", {{"version", "v1"}}), {"count"})
                .AsInteger() > 3;
  }));
}

TEST_F(DraTest, HealthStreams_EndWithThePlugin) {
  StartNode();
  cluster_->Do("watch_health", {{"socket", DraSocket()}, {"version", "v1"}});
  EXPECT_EQ(plugin_->End(SIGTERM), 0);
  EXPECT_TRUE(Eventually([&] {
    return At(cluster_->Do("health", {{"version", "v1"}}), {"ended"}) ==
           Document(true);
  }));
  EXPECT_FALSE(std::filesystem::exists(RegistrySocket()));
}

}  // namespace
}  // namespace acceld::testing
