// The device plugin over time: others take devices and give them back, the
// kubelet, the plugin and acceld come and go.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>
#include <utility>

#include "tests/integration/kubernetes/served_plugin.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

using DevicePluginTest = ServedPlugin;

// Nothing is looked for in time: what is noticed was announced.
class AnnouncementTest : public ServedPlugin {
 protected:
  AnnouncementTest() { interval_ = "3600"; }
};

TEST_F(AnnouncementTest, WhatAnotherDoorTakes_IsUnhealthyUntilItIsFree) {
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

TEST_F(AnnouncementTest, DeviceTakenOutOfUse_IsUnhealthyAndRecovers) {
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

// The socket that tells of pods is there before the kubelet knows any, and long
// before the one that plugins register by.
class StartingKubeletTest : public ServedPlugin {
 protected:
  StartingKubeletTest() { grace_ = "3600"; }
};

TEST_F(StartingKubeletTest, ThatKnowsNoPodYet_EndsNoLease) {
  (void)RunPod(kPair, "unit-0");
  const int seen = kubelet_->looks() + 2;
  ASSERT_TRUE(kubelet_->Until([&] { return kubelet_->looks() >= seen; }));
  ASSERT_TRUE(kubelet_->Stop());
  ASSERT_TRUE(kubelet_->StartWithoutPlugins());
  const int enough = kubelet_->looks() + 5;
  ASSERT_TRUE(kubelet_->Until([&] { return kubelet_->looks() >= enough; }));
  EXPECT_EQ(Leases(), 1U);
}

TEST_F(DevicePluginTest, AcceldThatStartsLater_IsWaitedFor) {
  ASSERT_EQ(plugin_->End(SIGTERM), 0);
  ASSERT_EQ(daemon_->Stop(), 0);
  const int before = kubelet_->Registrations(kGpu);
  StartPlugin();
  auto again = RunningDaemon::Start(bus_->address(), daemon_options_);
  ASSERT_TRUE(again) << again.error().message;
  daemon_ = *std::move(again);
  EXPECT_TRUE(kubelet_->Until([&] {
    return kubelet_->Registrations(kGpu) > before && HaveHealthy(8);
  }));
}

TEST_F(DevicePluginTest, AcceldThatRestarts_IsFollowedAndUnitsRecover) {
  (void)RunPod(kGpu, "accelerator:nvidia4");
  ASSERT_EQ(daemon_->Stop(), 0);
  EXPECT_TRUE(kubelet_->Until([this] { return HaveHealthy(0); }));
  auto again = RunningDaemon::Start(bus_->address(), daemon_options_);
  ASSERT_TRUE(again) << again.error().message;
  daemon_ = *std::move(again);
  // The lease ended with the other acceld: its pod has nothing any more.
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Healthy(kGpu).size() == 7 &&
           kubelet_->Healthy(kPair).size() == 8;
  }));
  ASSERT_TRUE(kubelet_->SetPod("accelerator:nvidia4", kGpu, {}));
  EXPECT_TRUE(kubelet_->Until([this] { return HaveHealthy(8); }));
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

constexpr const char* kNic = "acceld.org/nic";

TEST_F(AnnouncementTest, FileThatIsAdded_IsAResource) {
  resources_.AddFile("nic.json", R"({"function": "net/rdma"})");
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Registrations(kNic) == 1 &&
           !kubelet_->Healthy(kNic).empty();
  }));
  // Nothing else is told anew.
  EXPECT_EQ(kubelet_->Registrations(kGpu), 1);
  EXPECT_FALSE(RunPod(kNic, kubelet_->Healthy(kNic).front()).empty());
}

TEST_F(AnnouncementTest, FileThatIsWrong_LeavesItsResourceAsItWas) {
  resources_.AddFile("gpu.json", "{");
  resources_.AddFile("nic-gpu.json",
                     R"({"stages": [{"name": "a", "function": "no such"}]})");
  resources_.AddFile("nic.json", R"({"function": "net/rdma"})");
  ASSERT_TRUE(
      kubelet_->Until([this] { return kubelet_->Registrations(kNic) == 1; }));
  EXPECT_TRUE(HaveHealthy(8));
  EXPECT_FALSE(RunPod(kGpu, "accelerator:nvidia3").empty());
  EXPECT_FALSE(RunPod(kPair, "unit-7").empty());
}

TEST_F(AnnouncementTest, FileThatSaysSomethingElse_IsFollowed) {
  ASSERT_EQ(kubelet_->Healthy(kPair).size(), 8U);
  (void)RunPod(kPair, "unit-0");
  resources_.AddFile("nic-gpu.json", R"({"function": "net/rdma"})");
  EXPECT_TRUE(kubelet_->Until([this] {
    const auto& units = kubelet_->Devices(kPair);
    return units.contains("unit-0") && !units.contains("unit-1") &&
           units.size() > 1;
  }));
  EXPECT_EQ(Leases(), 1U);
}

TEST_F(DevicePluginTest, FileThatIsRemoved_EndsItsResourceAndNoPods) {
  const std::string lease = RunPod(kPair, "unit-0");
  ASSERT_TRUE(std::filesystem::remove(resources_.At("nic-gpu.json")));
  ASSERT_TRUE(kubelet_->Until([this] { return kubelet_->Ended(kPair); }));
  EXPECT_TRUE(Eventually([this] {
    return !std::filesystem::exists(directory_.At("acceld-nic-gpu.sock"));
  }));
  // Looked at often enough to be taken for gone, if it were.
  const int enough = kubelet_->looks() + 4;
  ASSERT_TRUE(kubelet_->Until([&] { return kubelet_->looks() >= enough; }));
  EXPECT_EQ(DevicesOf(lease).size(), 2U);
  EXPECT_EQ(kubelet_->Healthy(kGpu).size(), 7U);
  // A plugin that knows nothing of the resource leaves the pod alone, too.
  ASSERT_EQ(plugin_->End(SIGTERM), 0);
  StartPlugin();
  const int again = kubelet_->looks() + 4;
  ASSERT_TRUE(kubelet_->Until([&] { return kubelet_->looks() >= again; }));
  EXPECT_EQ(DevicesOf(lease).size(), 2U);
  ASSERT_TRUE(kubelet_->SetPod("unit-0", kPair, {}));
  EXPECT_TRUE(Eventually([this] { return Leases() == 0; }));
}

// What a link leads to outside of the directory is not watched.
TEST_F(AnnouncementTest, Hangup_HasAllFilesReadAgain) {
  TempDir elsewhere;
  elsewhere.AddFile("nic.json", R"({"function": "net/rdma"})");
  resources_.AddLink("nic.json", elsewhere.At("nic.json"));
  ASSERT_TRUE(
      kubelet_->Until([this] { return !kubelet_->Healthy(kNic).empty(); }));
  elsewhere.AddFile("nic.json", R"({"function": "compute/gpu"})");
  plugin_->Signal(SIGHUP);
  EXPECT_TRUE(kubelet_->Until([this] {
    return kubelet_->Devices(kNic).contains("accelerator:nvidia0");
  }));
  EXPECT_EQ(plugin_->End(SIGTERM), 0);
}

}  // namespace
}  // namespace acceld::testing
