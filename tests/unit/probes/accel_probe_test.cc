#include "probes/accel_probe.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

std::string AddGaudi(FrameworkTree& machine) {
  const std::string path =
      machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
  machine.pci.AddClassDevice(path, "accel", "accel_controlD0", "260:1");
  machine.tree.AddFile(path + "/status", "Operational\n");
  machine.tree.AddFile(path + "/device_type", "GAUDI2\n");
  machine.tree.AddFile(path + "/module_id", "6\n");
  machine.tree.AddFile(path + "/security_enabled", "1\n");
  machine.tree.AddFile(path + "/hard_reset_cnt", "2\n");
  machine.tree.AddFile(path + "/fw_os_ver", "1.21.0-fw-59.2\n");
  machine.tree.AddFile(path + "/cpucp_ver", "hl-gaudi2-1.21\n");
  machine.tree.AddFile(path + "/uboot_ver", "U-Boot 2021.04\n");
  machine.tree.AddFile(path + "/fuse_ver", "\n");
  machine.tree.AddFile(path + "/clk_max_freq_mhz", "1650\n");
  return path;
}

std::string AddQaic(FrameworkTree& machine) {
  const std::string path =
      machine.AddFunction("0000:21:00.0", 0x17cb, 0xa100, "qaic");
  const std::string node =
      machine.pci.AddClassDevice(path, "accel", "accel3", "261:3");
  machine.tree.AddFile(node + "/dbc0_state", "0\n");
  machine.tree.AddFile(node + "/dbc1_state", "1\n");
  machine.tree.AddFile(node + "/dbc15_state", "0\n");
  machine.tree.AddFile(path + "/ce_count", "9\n");
  machine.tree.AddFile(path + "/ue_count", "0\n");
  machine.tree.AddFile(path + "/ue_nonfatal_count", "0\n");
  return path;
}

std::string AddXdna(FrameworkTree& machine) {
  const std::string path =
      machine.AddFunction("0000:c5:00.1", 0x1022, 0x17f0, "amdxdna");
  machine.EnableSva(path, 0x1022, 0x17f0);
  machine.pci.AddClassDevice(path, "accel", "accel1", "261:1");
  machine.tree.AddFile(path + "/vbnv", "NPU Strix\n");
  machine.tree.AddFile(path + "/fw_version", "1.0.0.63\n");
  return path;
}

TEST(AccelProbe, OneOfEachDriver_IsAsInTheGolden) {
  FrameworkTree machine;
  machine.tree.AddFile("proc/sys/kernel/osrelease", "6.19.3\n");
  AddGaudi(machine);
  AddQaic(machine);
  AddXdna(machine);
  const std::string npu =
      machine.AddFunction("0000:00:0b.0", 0x8086, 0x7d1d, "intel_vpu");
  machine.pci.AddClassDevice(npu, "accel", "accel2", "261:2");
  machine.tree.AddFile(npu + "/sched_mode", "HW\n");
  machine.tree.AddFile(npu + "/freq/hw_max_freq", "1850\n");
  machine.tree.AddFile(npu + "/npu_busy_time_us", "123456\n");
  for (const auto& [node, device, driver] :
       {std::tuple{"accel4", "fdab0000.npu", "rocket"},
        std::tuple{"accel5", "4b004000.npu", "ethosu"}}) {
    const std::string path = std::string("sys/devices/platform/") + device;
    machine.tree.AddLinkTo(path + "/driver",
                           std::string("sys/bus/platform/drivers/") + driver);
    machine.pci.AddClassDevice(path, "accel", node, "");
  }
  ExpectGolden(FactText(machine.Run(), {"accelerator:"}), "probes/accel.txt");
}

TEST(AccelProbe, HabanalabsStatus_IsHealthInThreeWords) {
  struct Row {
    const char* status;
    const char* health;
  };
  for (const Row& row :
       {Row{"OPERATIONAL", "ok"}, Row{"In reset", "degraded"},
        Row{"IN_RESET_AFTER_DEVICE_RELEASE", "degraded"},
        Row{"In device creation", "degraded"}, Row{"Disabled", "failed"},
        Row{"Malfunction", "failed"}, Row{"NEEDS_RESET", "failed"}}) {
    FrameworkTree machine;
    machine.tree.AddFile(AddGaudi(machine) + "/status", row.status);
    const FactSet facts = machine.Run();
    EXPECT_EQ(TextOf(facts, "accelerator:accel0", "health"), row.health)
        << row.status;
    const bool is_ok = std::string_view(row.health) == "ok";
    EXPECT_EQ(TextOf(facts, "accelerator:accel0", "health_reason").empty(),
              is_ok)
        << row.status;
    // A device that does not work is not asked for its clock.
    EXPECT_EQ(TextOf(facts, "accelerator:accel0", "max_clock").empty(), !is_ok)
        << row.status;
  }
}

TEST(AccelProbe, QaicWithUncorrectableErrors_IsDegraded) {
  FrameworkTree machine;
  machine.tree.AddFile(AddQaic(machine) + "/ue_nonfatal_count", "4\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:accel3", "health"), "degraded");
  EXPECT_EQ(TextOf(facts, "accelerator:accel3", "health_reason"),
            "ue_nonfatal_count: 4 uncorrectable errors since the driver was "
            "loaded");
  EXPECT_EQ(TextOf(facts, "accelerator:accel3", "dma_channels"), "3");
  EXPECT_EQ(TextOf(facts, "accelerator:accel3", "dma_channels_idle"), "2");
}

TEST(AccelProbe, AmdxdnaThatMapsByItself_SharesNoAddressSpace) {
  FrameworkTree machine;
  AddXdna(machine);
  machine.tree.AddFile(
      "sys/bus/pci/drivers/amdxdna/module/parameters/force_iova", "Y\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:accel1", "sva"), "no");
  EXPECT_NE(TextOf(facts, "accelerator:accel1", "sva_reasons"), "");
  // Every close of a copy ends the contexts: the client opens it all the same.
  EXPECT_EQ(TextOf(facts, "accelerator:accel1", "grant"), "ticket");
}

TEST(AccelProbe, FilesThatLie_AreFaultsAndTheRestStands) {
  FrameworkTree machine;
  const std::string gaudi = AddGaudi(machine);
  machine.tree.AddFile(gaudi + "/module_id", "front\n");
  machine.tree.AddFile(gaudi + "/clk_max_freq_mhz", "99999999\n");
  const std::string qaic = AddQaic(machine);
  machine.tree.AddFile(qaic + "/ue_count", "-1\n");
  machine.tree.Remove(qaic + "/ue_nonfatal_count");
  const FactSet facts = machine.Run();
  for (const char* where : {"/sys/class/accel/accel0/device/module_id",
                            "/sys/class/accel/accel0/device/clk_max_freq_mhz",
                            "/sys/class/accel/accel3/device/ue_count"}) {
    EXPECT_EQ(FaultAt(facts, where), ErrorCode::kCorruptInput) << where;
  }
  EXPECT_EQ(TextOf(facts, "accelerator:accel0", "model"), "GAUDI2");
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel3", "health"), nullptr);
}

TEST(AccelProbe, UnknownStatus_IsAFaultAndNoHealth) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
  machine.tree.AddFile(path + "/status", "splendid\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/accel/accel0/device/status"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel0", "health"), nullptr);
}

TEST(AccelProbe, Amdxdna_TakesSvaFromItsFunction) {
  FrameworkTree machine;
  AddXdna(machine);
  const FactSet facts = machine.Run();
  const std::string key = "accelerator:accel1";
  EXPECT_EQ(TextOf(facts, key, "grant"), "ticket");
  EXPECT_EQ(TextOf(facts, key, "sharing_class"), "multi-app");
  EXPECT_EQ(TextOf(facts, key, "sva"), "possible");
  EXPECT_EQ(TextOf(facts, key, "pasid_width"), "9");
  EXPECT_EQ(TextOf(facts, key, "pasid_enabled"), "true");
  EXPECT_EQ(TextOf(facts, key, "iommu_group"), "3");
  EXPECT_EQ(TextOf(facts, key, "firmware_version"), "1.0.0.63");
  EXPECT_TRUE(facts.faults.empty());
}

TEST(AccelProbe, UnknownDriver_IsOpenedByTheClient) {
  FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:07:00.0", 0x9999, 0x0002, "novelty");
  machine.pci.AddClassDevice(path, "accel", "accel2", "261:2");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, "accelerator:accel2", "grant"), "ticket");
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel2", "functions"), nullptr);
  EXPECT_EQ(FindAttribute(facts, "accelerator:accel2", "sva"), nullptr);
}

}  // namespace
}  // namespace acceld::probes
