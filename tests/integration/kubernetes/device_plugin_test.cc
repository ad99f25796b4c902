// The device plugin as a node has it: what it offers, and what it answers.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/kubernetes/served_plugin.h"
#include "tests/support/read_file.h"

namespace acceld::testing {
namespace {

using Ids = FakeKubelet::Ids;

using DevicePluginTest = ServedPlugin;

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

// GPUs that acceld grants at a path of a mount namespace, of which the plugin
// has one for all pods.
TEST_F(DevicePluginTest, PodsOnReservedGpus_HaveThemByTheirNodesAtOnce) {
  const auto one = kubelet_->Allocate(kReservedGpu, {"accelerator:nvidia0"});
  const auto two = kubelet_->Allocate(kReservedGpu, {"accelerator:nvidia1"});
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(*one->Find("devices"), Json(R"(["/dev/null:/dev/null:rw"])"));
  EXPECT_EQ(*two->Find("devices"), Json(R"(["/dev/zero:/dev/zero:rw"])"));
  for (const auto& pod : {*one, *two}) {
    const Document lease = Listed(Variable(pod, "ACCELD_LEASE"));
    const Document* hardware = lease.Find("hardware");
    ASSERT_NE(hardware, nullptr);
    EXPECT_EQ(*hardware->AsArray()->front().Find("at_path"), Document(false));
  }
  client::Client client = Connect();
  EXPECT_EQ(client
                .Acquire(Json(R"({"stages": [
      {"name": "mine", "function": "compute/gpu",
       "select": [{"attribute": "key", "equals": "accelerator:nvidia1"}]}]})"))
                .error()
                .code,
            ErrorCode::kBusy);
}

// What is at the path now has the number of another device.
class StrangeNodeTest : public ServedPlugin {
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
            Json(R"(["acceld.org/unit=)" + id + R"("])"));
  EXPECT_TRUE(container->Find("devices")->AsArray()->empty());
  ASSERT_EQ(specs().size(), 1U);
  EXPECT_NE(ReadFile(specs().front()).find("/dev/null"), std::string::npos);
  // What was removed is there again before the container starts.
  ASSERT_TRUE(kubelet_->SetPod("pod", kGpu, {"accelerator:nvidia0"}));
  ASSERT_TRUE(std::filesystem::remove(specs().front()));
  EXPECT_TRUE(kubelet_->PreStart(kGpu, {"accelerator:nvidia0"}));
  EXPECT_EQ(specs().size(), 1U);
  ASSERT_TRUE(kubelet_->SetPod("pod", kGpu, {}));
  // Nobody has it: with the lease the spec goes.
  EXPECT_TRUE(kubelet_->Until([&] { return specs().empty(); }));
  EXPECT_EQ(Leases(), 0U);
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

// The kubelet gives an init container's units to the pod's other containers.
TEST_F(DevicePluginTest, AllocateAgain_ForTheSamePod_IsTheSameLease) {
  const auto init = kubelet_->Allocate(kPair, {"unit-0"});
  const auto main = kubelet_->Allocate(kPair, {"unit-0"});
  ASSERT_TRUE(init && main);
  EXPECT_EQ(Variable(*init, "ACCELD_LEASE"), Variable(*main, "ACCELD_LEASE"));
  EXPECT_TRUE(kubelet_->PreStart(kPair, {"unit-0"}));
  // The pod is gone and was never told of: what comes now is another one.
  const auto next = kubelet_->Allocate(kPair, {"unit-0"});
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_NE(Variable(*next, "ACCELD_LEASE"), Variable(*main, "ACCELD_LEASE"));
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
