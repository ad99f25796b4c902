#include "probes/event_health.h"

#include <gtest/gtest.h>

#include <string>

#include "probes/fact.h"
#include "probes/fact_index.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FrameworkTree;

constexpr const char* kFunction = "pci:0000:83:00.0";
constexpr const char* kGpu = "accelerator:renderD128";
constexpr const char* kNpu = "accelerator:accel0";
constexpr const char* kPath = "/devices/pci0000:83/0000:83:00.0";

class EventHealthTest : public ::testing::Test {
 protected:
  EventHealthTest() {
    const std::string gpu =
        machine_.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu");
    machine_.pci.AddClassDevice(gpu, "drm", "renderD128", "226:128");
    machine_.tree.AddFile(gpu + "/aer_dev_fatal", "DLP 2\n");
    machine_.tree.AddFile(gpu + "/aer_dev_nonfatal", "TLP 0\n");
    const std::string npu =
        machine_.AddFunction("0000:84:00.0", 0x17cb, 0xa100, "qaic");
    machine_.pci.AddClassDevice(npu, "accel", "accel0", "261:0");
  }

  void Wedge(const std::string& methods) {
    health_.Note({"change", std::string(kPath) + "/drm/card0", "drm", methods});
  }
  void Recover(const std::string& devpath, const std::string& event) {
    health_.Note({"change", devpath, "pci", "", event,
                  event == "SUCCESSFUL_RECOVERY" ? "1" : "0"});
  }

  [[nodiscard]] FactSet Facts() const {
    FactSet facts = machine_.Run();
    health_.AddTo(machine_.tree.root(), facts);
    return facts;
  }
  // Of the best evidence, as the graph takes it.
  [[nodiscard]] static std::string Health(const FactSet& facts,
                                          const std::string& key) {
    return ToText(BestOf(facts, key, attr::kHealth));
  }
  [[nodiscard]] static std::string Reason(const FactSet& facts,
                                          const std::string& key) {
    return ToText(BestOf(facts, key, attr::kHealthReason));
  }
  [[nodiscard]] static AttributeValue BestOf(const FactSet& facts,
                                             const std::string& key,
                                             std::string_view name) {
    const Attribute* best = FactIndex(facts).Get(key, name);
    return best == nullptr ? AttributeValue(std::string("unknown"))
                           : best->value;
  }

  FrameworkTree machine_;
  EventHealth health_;
};

TEST_F(EventHealthTest, WedgedDevice_HasFailedAndSoHasItsFunction) {
  Wedge("rebind,bus-reset");
  const FactSet facts = Facts();
  for (const char* key : {kFunction, kGpu}) {
    EXPECT_EQ(Health(facts, key), "failed") << key;
    EXPECT_EQ(Reason(facts, key),
              "wedged: the kernel asks for rebind or bus-reset; 2 fatal PCIe "
              "errors DLP")
        << key;
  }
  EXPECT_NE(Health(facts, kNpu), "failed");
  const Attribute* health = FactIndex(facts).Get(kGpu, attr::kHealth);
  EXPECT_EQ(health->from.evidence, Evidence::kFirmware);
  EXPECT_EQ(health->from.source,
            "uevent WEDGED of /sys" + std::string(kPath) + "/drm/card0");
}

TEST_F(EventHealthTest, WedgedWithoutAWayOut_SaysSo) {
  Wedge("unknown");
  EXPECT_TRUE(Reason(Facts(), kGpu)
                  .starts_with("wedged: the kernel knows no way to recover"));
}

TEST_F(EventHealthTest, ResetByItsDriver_IsWellAgain) {
  Wedge("rebind");
  Wedge("none");
  EXPECT_TRUE(health_.empty());
  EXPECT_EQ(Health(Facts(), kGpu), "degraded");  // its counters
}

TEST_F(EventHealthTest, DeviceThatComesOrLeaves_IsSpokenOfNoMore) {
  for (const char* action : {"add", "remove", "bind", "unbind"}) {
    Wedge("rebind");
    health_.Note({action, "/devices/pci0000:83/0000:83:00.1", "pci"});
    EXPECT_FALSE(health_.empty());
    health_.Note({action, kPath, "pci"});
    EXPECT_TRUE(health_.empty()) << action;
  }
}

TEST_F(EventHealthTest, ErrorRecovery_FailsItUntilItSucceeds) {
  Recover(kPath, "BEGIN_RECOVERY");
  EXPECT_EQ(Health(Facts(), kGpu), "failed");
  Recover(kPath, "FAILED_RECOVERY");
  EXPECT_TRUE(Reason(Facts(), kFunction)
                  .starts_with("PCI error: the kernel could not recover it"));
  Recover(kPath, "SUCCESSFUL_RECOVERY");
  EXPECT_TRUE(health_.empty());
}

TEST_F(EventHealthTest, WhatABridgeSays_HoldsBelowItButForWhatCameAfter) {
  // The root bus stands for the bridge above both functions.
  Recover("/devices/pci0000:83", "FAILED_RECOVERY");
  EXPECT_EQ(Health(Facts(), kGpu), "failed");
  EXPECT_NE(Health(Facts(), kNpu), "failed");
  health_.Note({"add", kPath, "pci"});
  EXPECT_EQ(Health(Facts(), kGpu), "degraded");
}

TEST_F(EventHealthTest, DriverThatTakesItOffline_FailsItUntilOnline) {
  const std::string path = "/devices/pci0000:84/0000:84:00.0/accel/accel0";
  health_.Note({"offline", path, "accel"});
  health_.Note({"offline", "/devices/system/cpu/cpu3", "cpu"});
  EXPECT_EQ(Health(Facts(), kNpu), "failed");
  EXPECT_EQ(Reason(Facts(), kNpu), "its driver says that it is not ready");
  health_.Note({"online", path, "accel"});
  EXPECT_TRUE(health_.empty());
}

TEST_F(EventHealthTest, HostileEvents_StayBoundedAndNameNothing) {
  const FactSet before = Facts();
  for (std::size_t i = 0; i < EventHealth::kMost + 100; ++i) {
    health_.Note({"change", "/devices/x" + std::to_string(i), "drm", "rebind"});
  }
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("//"),
        std::string("../../x"), std::string(70000, 'x'),
        std::string("/\0\xff\n", 4)}) {
    health_.Note({"change", path, path, "\x1b[2J,\xff", path, path});
    health_.Note({"remove", path, path});
  }
  EXPECT_EQ(Facts(), before);
}

}  // namespace
}  // namespace acceld::probes
