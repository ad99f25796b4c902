// The device plugin as a node has it: a real acceld on a bus, the plugin, and
// the kubelet played by a program in Go.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/kubernetes/fake_kubelet.h"
#include "tests/integration/kubernetes/program.h"
#include "tests/integration/served_machine.h"
#include "tests/support/read_file.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

using Ids = FakeKubelet::Ids;

constexpr const char* kPair = "acceld.org/nic-gpu";
constexpr const char* kGpu = "acceld.org/gpu";

// A GPU that nobody else uses and a NIC on the same switch.
constexpr std::string_view kNicGpu = R"({
  "stages": [{"name": "receive", "function": "net/rdma"},
             {"name": "infer", "function": "compute/gpu",
              "sharing": "exclusive"}],
  "links": [{"from": "receive", "to": "infer", "traffic": "1GB/s",
             "require": {"locality": "same-switch"}}]})";

class DevicePluginTest : public ServedMachine {
 protected:
  // The described machine, but that a GPU has a node that is here.
  std::string MakeHost() {
    std::string text = ReadFile(Runfile("configs/hosts/dgx-1v.json"));
    const std::string node = R"("/dev/nvidia0")";
    const auto at = text.find(node);
    EXPECT_NE(at, std::string::npos);
    if (at != std::string::npos) text.replace(at, node.size(), Node());
    policy_.AddFile(".host.json", text);
    return policy_.At(".host.json");
  }
  [[nodiscard]] virtual std::string Node() const {
    return R"("/dev/null", "device_number": "1:3")";
  }
  void SetUp() override {
    resources_.AddFile("nic-gpu.json", kNicGpu);
    resources_.AddFile("gpu.json", R"({"function": "compute/gpu"})");
    // Who runs the tests may take devices out of use.
    policy_.AddFile(
        "10.json",
        R"({"version": 1, "default": "allow", "administrators": {"users": [)" +
            std::to_string(::geteuid()) + "]}}");
    directory_.AddDirectory("run");
    Serve({"--policy=" + policy_.path(), "--host=" + MakeHost(),
           "--stand-in=soft", "--runtime-directory=" + directory_.At("run")});
    auto kubelet = FakeKubelet::Launch(directory_.path());
    ASSERT_TRUE(kubelet) << kubelet.error().message;
    kubelet_ = *std::move(kubelet);
    ASSERT_TRUE(kubelet_->Start());
    StartPlugin();
    ASSERT_TRUE(kubelet_->Until([this] {
      return kubelet_->Healthy(kPair).size() == 8 &&
             kubelet_->Healthy(kGpu).size() == 8;
    }));
  }
  void StartPlugin(const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv{
        Runfile("integrations/kubernetes/device_plugin/acceld-device-plugin"),
        "--bus=" + bus_->address(),
        "--resources=" + resources_.path(),
        "--plugin-directory=" + directory_.path(),
        "--pod-resources=" + directory_.At("pods.sock"),
        "--interval=0.2",
        "--grace=2"};
    argv.insert(argv.end(), more.begin(), more.end());
    auto plugin = Program::Start(std::move(argv));
    ASSERT_TRUE(plugin) << plugin.error().message;
    plugin_ = *std::move(plugin);
  }

  static std::string Variable(const Document& container,
                              const std::string& name) {
    const Document* value = container.Find("envs")->Find(name);
    return value == nullptr ? "" : *value->AsString();
  }
  // The devices of a lease of ours; empty: there is no such lease.
  std::vector<std::string> DevicesOf(const std::string& lease) {
    client::Client client = Connect();
    std::vector<std::string> devices;
    const auto leases = client.ListLeases();
    EXPECT_TRUE(leases) << leases.error().message;
    if (!leases) return devices;
    for (const Document& one : *leases->AsArray()) {
      if (*one.Find("lease")->AsString() != lease) continue;
      for (const Document& device : *one.Find("devices")->AsArray()) {
        devices.push_back(*device.AsString());
      }
    }
    return devices;
  }
  std::size_t Leases() {
    client::Client client = Connect();
    return CountLeases(client);
  }
  // Allocates a unit for a pod of its own name; its lease.
  std::string RunPod(const std::string& resource, const std::string& unit) {
    const auto container = kubelet_->Allocate(resource, {unit});
    EXPECT_TRUE(container) << container.error().message;
    EXPECT_TRUE(kubelet_->SetPod(unit, resource, {unit}));
    return container ? Variable(*container, "ACCELD_LEASE") : "";
  }

  TempDir directory_{"/tmp"};  // sockets
  TempDir resources_;
  TempDir policy_;
  std::unique_ptr<FakeKubelet> kubelet_;
  std::unique_ptr<Program> plugin_;
};

TEST_F(DevicePluginTest, Registration_IsOfEachResourceAndListsItsUnits) {
  EXPECT_EQ(kubelet_->Registrations(kPair), 1);
  EXPECT_EQ(kubelet_->Registrations(kGpu), 1);
  EXPECT_TRUE(kubelet_->Devices(kGpu).contains("accelerator:nvidia3"));
  EXPECT_EQ(kubelet_->Devices(kGpu).at("accelerator:nvidia3").nodes,
            std::vector<std::int64_t>{0});
  EXPECT_EQ(kubelet_->Devices(kGpu).at("accelerator:nvidia5").nodes,
            std::vector<std::int64_t>{1});
}

TEST_F(DevicePluginTest, Bundles_AreAlignedDisjointAndExhausted) {
  std::set<std::string> gpus;
  client::Client client = Connect();
  const Ids units = kubelet_->Healthy(kPair);
  for (const std::string& unit : units) {
    const std::string lease = RunPod(kPair, unit);
    const auto devices = DevicesOf(lease);
    ASSERT_EQ(devices.size(), 2U) << unit;
    const auto distance = client.Distance(devices[0], devices[1]);
    ASSERT_TRUE(distance);
    EXPECT_EQ(*distance->Find("locality"), Document("same-switch"));
    for (const std::string& device : devices) {
      if (device.starts_with("accelerator:")) gpus.insert(device);
    }
  }
  EXPECT_EQ(gpus.size(), 8U);
  EXPECT_EQ(Leases(), 8U);
  // No GPU is left for the other resource, nor for anybody on the bus.
  EXPECT_TRUE(
      kubelet_->Until([this] { return kubelet_->Healthy(kGpu).empty(); }));
  EXPECT_EQ(kubelet_->Devices(kGpu).size(), 8U);
  EXPECT_EQ(kubelet_->Allocate(kGpu, {"accelerator:nvidia0"}).error().code,
            ErrorCode::kBusy);
  EXPECT_EQ(client.Acquire(Json(kNicGpu)).error().code, ErrorCode::kBusy);
}

TEST_F(DevicePluginTest, Container_IsToldItsLeaseAndGivenItsSocket) {
  const auto container = kubelet_->Allocate(kGpu, {"accelerator:nvidia2"});
  ASSERT_TRUE(container) << container.error().message;
  EXPECT_EQ(DevicesOf(Variable(*container, "ACCELD_LEASE")),
            std::vector<std::string>{"accelerator:nvidia2"});
  const std::string socket = Variable(*container, "ACCELD_LEASE_SOCKET");
  EXPECT_TRUE(std::filesystem::is_socket(socket)) << socket;
  const Document::Array& mounts = *container->Find("mounts")->AsArray();
  ASSERT_FALSE(mounts.empty());
  EXPECT_EQ(mounts.front(), Document(socket + ":" + socket));
  EXPECT_EQ(Variable(*container, "ACCELD_NUMA_NODES"), "0");
}

TEST_F(DevicePluginTest, Container_IsGivenTheNodesOfItsDevices) {
  const auto container = kubelet_->Allocate(kGpu, {"accelerator:nvidia0"});
  ASSERT_TRUE(container) << container.error().message;
  EXPECT_EQ(*container->Find("devices"), Json(R"(["/dev/null:/dev/null:rw"])"));
  EXPECT_EQ(container->Find("mounts")->AsArray()->size(), 1U);
}

// What is at the path now has the number of another device.
class StrangeNodeTest : public DevicePluginTest {
 protected:
  [[nodiscard]] std::string Node() const override {
    return R"("/dev/zero", "device_number": "1:3")";
  }
};

TEST_F(StrangeNodeTest, NodeOfAnotherDevice_IsGivenToNobody) {
  const auto container = kubelet_->Allocate(kGpu, {"accelerator:nvidia0"});
  ASSERT_FALSE(container);
  EXPECT_EQ(container.error().code, ErrorCode::kUnsatisfiable);
  EXPECT_EQ(Leases(), 0U);
}

TEST_F(DevicePluginTest, WithCdi_TheContainerIsToldANameAndTheSpecIsThere) {
  ASSERT_EQ(plugin_->End(SIGTERM), 0);
  directory_.AddDirectory("cdi");
  StartPlugin({"--cdi-directory=" + directory_.At("cdi")});
  ASSERT_TRUE(
      kubelet_->Until([this] { return kubelet_->Registrations(kGpu) >= 2; }));
  const auto specs = [this] {
    std::vector<std::string> names;
    for (const auto& file :
         std::filesystem::directory_iterator(directory_.At("cdi"))) {
      names.push_back(file.path().string());
    }
    return names;
  };
  Result<Document> container = Fail(ErrorCode::kBusy, "");
  ASSERT_TRUE(kubelet_->Until([&] {
    container = kubelet_->Allocate(kGpu, {"accelerator:nvidia0"});
    return container.has_value();
  }));
  const std::string lease = Variable(*container, "ACCELD_LEASE");
  const std::string id = lease.substr(lease.rfind('/') + 1);
  EXPECT_EQ(*container->Find("cdi"),
            Json(R"(["acceld.org/lease=)" + id + R"("])"));
  EXPECT_TRUE(container->Find("devices")->AsArray()->empty());
  ASSERT_EQ(specs().size(), 1U);
  EXPECT_NE(ReadFile(specs().front()).find("/dev/null"), std::string::npos);
  // Nobody has it: with the lease the spec goes.
  EXPECT_TRUE(kubelet_->Until([&] { return specs().empty(); }));
  EXPECT_EQ(Leases(), 0U);
}

TEST_F(DevicePluginTest, WhatAnotherDoorTakes_IsUnhealthyUntilItIsFree) {
  client::Client client = Connect();
  auto lease = client.Acquire(Json(R"({"stages": [
      {"name": "mine", "function": "compute/gpu", "sharing": "exclusive",
       "select": [{"attribute": "key", "equals": "accelerator:nvidia6"}]}]})"));
  ASSERT_TRUE(lease) << lease.error().message;
  // The kubelet has not heard of it and asks nevertheless.
  EXPECT_FALSE(kubelet_->Allocate(kGpu, {"accelerator:nvidia6"}));
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Healthy(kGpu).size() == 7 &&
           kubelet_->Healthy(kPair).size() == 7;
  }));
  EXPECT_FALSE(kubelet_->Devices(kGpu).at("accelerator:nvidia6").healthy);
  ASSERT_TRUE(lease->Release());
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Healthy(kGpu).size() == 8 &&
           kubelet_->Healthy(kPair).size() == 8;
  }));
}

TEST_F(DevicePluginTest, DeviceTakenOutOfUse_IsUnhealthyAndRecovers) {
  client::Client client = Connect();
  ASSERT_TRUE(client.Taint("accelerator:nvidia1",
                           Document::Object{{"reason", "it flaps"}}));
  EXPECT_TRUE(kubelet_->Until([this] {
    return !kubelet_->Devices(kGpu).at("accelerator:nvidia1").healthy;
  }));
  ASSERT_TRUE(client.Untaint("accelerator:nvidia1"));
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Devices(kGpu).at("accelerator:nvidia1").healthy;
  }));
}

TEST_F(DevicePluginTest, RevokedLease_MakesItsUnitUnhealthyUntilThePodIsGone) {
  const std::string lease = RunPod(kGpu, "accelerator:nvidia4");
  client::Client client = Connect();
  ASSERT_TRUE(client.RevokeLease(lease, "maintenance"));
  EXPECT_TRUE(kubelet_->Until([this] {
    return !kubelet_->Devices(kGpu).at("accelerator:nvidia4").healthy;
  }));
  EXPECT_FALSE(kubelet_->PreStart(kGpu, {"accelerator:nvidia4"}));
  ASSERT_TRUE(kubelet_->SetPod("accelerator:nvidia4", kGpu, {}));
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Devices(kGpu).at("accelerator:nvidia4").healthy;
  }));
}

TEST_F(DevicePluginTest, PodThatIsGone_GivesItsLeaseBack) {
  (void)RunPod(kPair, "unit-3");
  (void)RunPod(kPair, "unit-5");
  EXPECT_EQ(Leases(), 2U);
  ASSERT_TRUE(kubelet_->SetPod("unit-3", kPair, {}));
  EXPECT_TRUE(Eventually([this] { return Leases() == 1; }));
  EXPECT_TRUE(kubelet_->PreStart(kPair, {"unit-5"}));
  // The other's lease is not given back however often is looked.
  EXPECT_FALSE(kubelet_->PreStart(kPair, {"unit-3"}));
  EXPECT_EQ(Leases(), 1U);
}

TEST_F(DevicePluginTest, KubeletRestart_IsFollowedAndLeasesStay) {
  (void)RunPod(kPair, "unit-0");
  ASSERT_TRUE(kubelet_->Stop());
  for (const char* name : {"acceld-gpu.sock", "acceld-nic-gpu.sock"}) {
    EXPECT_TRUE(std::filesystem::remove(directory_.At(name)));
  }
  ASSERT_TRUE(kubelet_->Start());
  ASSERT_TRUE(kubelet_->SetPod("unit-0", kPair, {"unit-0"}));
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Registrations(kPair) >= 2 &&
           kubelet_->Registrations(kGpu) >= 2 &&
           kubelet_->Healthy(kPair).size() == 8 &&
           kubelet_->PreStart(kPair, {"unit-0"}).has_value();
  }));
  EXPECT_EQ(Leases(), 1U);
  (void)RunPod(kPair, "unit-1");
  EXPECT_EQ(Leases(), 2U);
}

TEST_F(DevicePluginTest, PluginRestart_FindsItsLeasesAgain) {
  const std::string lease = RunPod(kPair, "unit-2");
  const auto devices = DevicesOf(lease);
  ASSERT_EQ(plugin_->End(SIGTERM), 0);
  EXPECT_FALSE(std::filesystem::exists(directory_.At("acceld-gpu.sock")));
  EXPECT_EQ(DevicesOf(lease), devices);  // it lingers
  StartPlugin();
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Registrations(kPair) >= 2 &&
           kubelet_->PreStart(kPair, {"unit-2"}).has_value();
  }));
  EXPECT_EQ(DevicesOf(lease), devices);
  ASSERT_TRUE(kubelet_->SetPod("unit-2", kPair, {}));
  EXPECT_TRUE(Eventually([this] { return Leases() == 0; }));
}

TEST_F(DevicePluginTest, PluginKilled_LeavesLeasesToTheNext) {
  const std::string lease = RunPod(kGpu, "accelerator:nvidia7");
  (void)plugin_->End(SIGKILL);
  StartPlugin();
  EXPECT_TRUE(
      kubelet_->Until([this] { return kubelet_->Registrations(kGpu) >= 2; }));
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->PreStart(kGpu, {"accelerator:nvidia7"}).has_value();
  }));
  EXPECT_EQ(DevicesOf(lease).size(), 1U);
}

TEST_F(DevicePluginTest, CallsOutOfOrder_AreRefusedAndDoNoHarm) {
  EXPECT_EQ(kubelet_->PreStart(kPair, {"unit-0"}).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(kubelet_->Allocate(kPair, {"unit-99"}).error().code,
            ErrorCode::kNotFound);
  (void)RunPod(kPair, "unit-0");
  // A pod has it; the kubelet never asks for it, unless it lost its mind.
  EXPECT_EQ(kubelet_->Allocate(kPair, {"unit-0"}).error().code,
            ErrorCode::kBusy);
  EXPECT_EQ(Leases(), 1U);
}

TEST_F(DevicePluginTest, AllocateTwiceAtOnce_LeavesOneLease) {
  const auto first = kubelet_->BeginAllocate(kPair, {"unit-1"});
  const auto second = kubelet_->BeginAllocate(kPair, {"unit-1"});
  const auto one = kubelet_->Answer(first);
  const auto two = kubelet_->Answer(second);
  EXPECT_TRUE(one || two);
  EXPECT_EQ(Leases(), 1U);
}

TEST_F(DevicePluginTest, AllUnitsAtOnce_GetDevicesOfTheirOwn) {
  std::vector<std::int64_t> calls;
  for (const std::string& unit : kubelet_->Healthy(kPair)) {
    calls.push_back(kubelet_->BeginAllocate(kPair, {unit}));
  }
  for (const std::int64_t call : calls) {
    const auto answer = kubelet_->Answer(call);
    EXPECT_TRUE(answer) << answer.error().message;
  }
  EXPECT_EQ(Leases(), 8U);
}

TEST_F(DevicePluginTest, Garbage_IsRefusedAndThePluginServesOn) {
  const std::string service = "/v1beta1.DevicePlugin/";
  for (const char* method : {"Allocate", "GetPreferredAllocation",
                             "PreStartContainer", "NoSuchMethod"}) {
    // 0xff 0xff 0xff 0xff: no field has this number.
    EXPECT_FALSE(kubelet_->SendRaw(kPair, service + method, "/////w=="))
        << method;
  }
  EXPECT_EQ(Leases(), 0U);
  EXPECT_FALSE(RunPod(kPair, "unit-0").empty());
}

TEST_F(DevicePluginTest, PreferredGpus_AreThoseThatAreConnectedBest) {
  const auto all = kubelet_->Healthy(kGpu);
  const auto chosen = kubelet_->Prefer(kGpu, all, {"accelerator:nvidia5"}, 4);
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(*chosen, (Ids{"accelerator:nvidia4", "accelerator:nvidia5",
                          "accelerator:nvidia6", "accelerator:nvidia7"}));
  EXPECT_EQ(kubelet_->Prefer(kGpu, all, {}, 9).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::testing
