// Fixture: a node. A real acceld on a bus, the device plugin, and the kubelet
// played by a program in Go.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/integration/kubernetes/fake_kubelet.h"
#include "tests/integration/kubernetes/program.h"
#include "tests/integration/served_machine.h"
#include "tests/support/read_file.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {

inline constexpr const char* kPair = "acceld.org/nic-gpu";
inline constexpr const char* kGpu = "acceld.org/gpu";
inline constexpr const char* kReservedGpu = "acceld.org/reserved-gpu";

// A GPU that nobody else uses and a NIC on the same switch.
inline constexpr std::string_view kNicGpu = R"({
  "stages": [{"name": "receive", "function": "net/rdma"},
             {"name": "infer", "function": "compute/gpu",
              "sharing": "exclusive"}],
  "links": [{"from": "receive", "to": "infer", "traffic": "1GB/s",
             "require": {"locality": "same-switch"}}]})";

class ServedPlugin : public ServedMachine {
 protected:
  // The described machine, but that two GPUs have nodes that are here.
  std::string MakeHost() {
    std::string text = ReadFile(Runfile("configs/hosts/dgx-1v.json"));
    const auto replace = [&](const std::string& node, const std::string& by) {
      const auto at = text.find(node);
      EXPECT_NE(at, std::string::npos);
      if (at != std::string::npos) text.replace(at, node.size(), by);
    };
    replace(R"("/dev/nvidia0")", Node());
    replace(R"("/dev/nvidia1")", R"("/dev/zero", "device_number": "1:5")");
    policy_.AddFile(".host.json", text);
    return policy_.At(".host.json");
  }
  [[nodiscard]] virtual std::string Node() const {
    return R"("/dev/null", "device_number": "1:3")";
  }
  void SetUp() override {
    resources_.AddFile("nic-gpu.json", kNicGpu);
    resources_.AddFile("gpu.json", R"({"function": "compute/gpu"})");
    resources_.AddFile("reserved-gpu.json",
                       R"({"function": "compute/gpu", "grant": "none"})");
    // Who runs the tests may take devices out of use.
    policy_.AddFile(
        "10.json",
        R"({"version": 1, "default": "allow", "administrators": {"users": [)" +
            std::to_string(::geteuid()) + "]}}");
    directory_.AddDirectory("run");
    daemon_options_ = {"--policy=" + policy_.path(), "--host=" + MakeHost(),
                       "--stand-in=soft",
                       "--runtime-directory=" + directory_.At("run")};
    Serve(daemon_options_);
    auto kubelet = FakeKubelet::Launch(directory_.path());
    ASSERT_TRUE(kubelet) << kubelet.error().message;
    kubelet_ = *std::move(kubelet);
    ASSERT_TRUE(kubelet_->Start());
    StartPlugin();
    ASSERT_TRUE(kubelet_->Until([this] {
      return HaveHealthy(8) && kubelet_->Healthy(kReservedGpu).size() == 8;
    }));
  }
  // Whether so many units of each resource are healthy.
  bool HaveHealthy(std::size_t units) {
    return kubelet_->Healthy(kPair).size() == units &&
           kubelet_->Healthy(kGpu).size() == units;
  }
  void StartPlugin(const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv{
        Runfile("integrations/kubernetes/device_plugin/acceld-device-plugin"),
        "--bus=" + bus_->address(),
        "--resources=" + resources_.path(),
        "--plugin-directory=" + directory_.path(),
        "--pod-resources=" + directory_.At("pods.sock"),
        "--interval=" + interval_,
        "--grace=" + grace_};
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
  // A lease of ours as acceld lists it; null: there is no such lease.
  Document Listed(const std::string& lease) {
    client::Client client = Connect();
    const auto leases = client.ListLeases();
    EXPECT_TRUE(leases) << leases.error().message;
    if (!leases) return {};
    for (const Document& one : *leases->AsArray()) {
      if (*one.Find("lease")->AsString() == lease) return one;
    }
    return {};
  }
  // Its devices; empty: there is no such lease.
  std::vector<std::string> DevicesOf(const std::string& lease) {
    std::vector<std::string> devices;
    const Document listed = Listed(lease);
    const Document* list = listed.Find("devices");
    if (list == nullptr) return devices;
    for (const Document& device : *list->AsArray()) {
      devices.push_back(*device.AsString());
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

  std::string interval_ = "0.2";  // of the plugin; both before SetUp()
  std::string grace_ = "2";
  std::vector<std::string> daemon_options_;
  TempDir directory_{"/tmp"};  // sockets
  TempDir resources_;
  TempDir policy_;
  std::unique_ptr<FakeKubelet> kubelet_;
  std::unique_ptr<Program> plugin_;
};

}  // namespace acceld::testing
