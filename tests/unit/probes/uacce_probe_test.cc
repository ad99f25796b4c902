#include "probes/uacce_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

constexpr const char* kZip = "accelerator:hisi_zip-0";

class UacceProbeTest : public ::testing::Test {
 protected:
  UacceProbeTest()
      : path_(machine_.AddFunction("0000:75:00.0", 0x19e5, 0xa250, "hisi_zip")),
        device_(machine_.pci.AddClassDevice(path_, "uacce", "hisi_zip-0",
                                            "508:0")) {
    machine_.EnableSva(path_, 0x19e5, 0xa250);
    Write("api", "hisi_qm_v2\n");
    Write("flags", "1\n");
    Write("available_instances", "200\n");
    Write("algorithms", "zlib\ngzip\ndeflate\nlz77_zstd\n");
    Write("region_mmio_size", "65536\n");
    Write("region_dus_size", "4096\n");
    Write("isolate", "0\n");
    Write("isolate_strategy", "100\n");
    machine_.tree.AddFile(kQueues, "256\n");
  }

  void Write(const std::string& file, std::string_view text) {
    machine_.tree.AddFile(device_ + "/" + file, text);
  }

  static constexpr const char* kQueues =
      "sys/bus/pci/drivers/hisi_zip/module/parameters/pf_q_num";
  FrameworkTree machine_;
  std::string path_;
  std::string device_;
};

TEST_F(UacceProbeTest, Zip_IsAsInTheGolden) {
  machine_.tree.AddFile("proc/sys/kernel/osrelease", "6.12.117\n");
  ExpectGolden(FactText(machine_.Run(), {kZip}), "probes/uacce.txt");
}

TEST_F(UacceProbeTest, VirtualFunction_DoesNotSayHowManyQueuesItHas) {
  machine_.tree.AddLink(path_ + "/physfn", "../0000:75:00.1");
  EXPECT_EQ(FindAttribute(machine_.Run(), kZip, "instances"), nullptr);
}

TEST_F(UacceProbeTest, MoreFreeThanThereAre_IsNoTotal) {
  machine_.tree.AddFile(kQueues, "2\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FindAttribute(facts, kZip, "instances"), nullptr);
  EXPECT_EQ(TextOf(facts, kZip, "instances_free"), "200");
}

TEST_F(UacceProbeTest, FlagWithoutPasids_IsNotBelieved) {
  machine_.tree.AddFile(path_ + "/config",
                        ConfigBytes(0x19e5, 0xa250, false).Express(0).Bytes());
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kZip, "flags"), "1");
  EXPECT_EQ(TextOf(facts, kZip, "sva"), "no");
}

TEST_F(UacceProbeTest, FlagOfAPlatformDevice_ProvesNothing) {
  const std::string device = "sys/devices/platform/soc/hisi_x";
  machine_.tree.AddLinkTo(device + "/driver", "sys/bus/platform/drivers/x");
  const std::string node =
      machine_.pci.AddClassDevice(device, "uacce", "hisi_x-1", "508:1");
  machine_.tree.AddFile(node + "/flags", "1\n");
  EXPECT_EQ(TextOf(machine_.Run(), "accelerator:hisi_x-1", "sva"), "unknown");
}

TEST_F(UacceProbeTest, IsolatedDevice_HasFailed) {
  Write("isolate", "1\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kZip, "health"), "failed");
  EXPECT_NE(TextOf(facts, kZip, "health_reason"), "");
}

TEST_F(UacceProbeTest, OlderKernelWithoutIsolation_HasNoHealth) {
  machine_.tree.Remove(device_ + "/isolate");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(FindAttribute(facts, kZip, "health"), nullptr);
}

TEST_F(UacceProbeTest, WithoutTheSvaFlag_SaysNo) {
  Write("flags", "0\n");
  EXPECT_EQ(TextOf(machine_.Run(), kZip, "sva"), "no");
}

TEST_F(UacceProbeTest, DriverWithoutIommu_SaysNo) {
  Write("api", "hisi_qm_v2_noiommu\n");
  EXPECT_EQ(TextOf(machine_.Run(), kZip, "sva"), "no");
}

TEST_F(UacceProbeTest, AlgorithmsWithoutAWord_AreNoFunctions) {
  Write("algorithms", "sm2\nx25519\nbanana\n");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, kZip, "algorithms"), "sm2,x25519,banana");
  EXPECT_EQ(FindAttribute(facts, kZip, "functions"), nullptr);
}

TEST_F(UacceProbeTest, NumbersThatLie_AreFaults) {
  Write("flags", "banana\n");
  Write("available_instances", "-1\n");
  Write("isolate", "2\n");
  Write("isolate_strategy", "65536\n");
  Write("region_dus_size", "-4096\n");
  const FactSet facts = machine_.Run();
  for (const char* file : {"flags", "available_instances", "isolate",
                           "isolate_strategy", "region_dus_size"}) {
    EXPECT_EQ(
        FaultAt(facts, std::string("/sys/class/uacce/hisi_zip-0/") + file),
        ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_EQ(FindAttribute(facts, kZip, "sva"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kZip, "instances_free"), nullptr);
  EXPECT_EQ(TextOf(facts, kZip, "grant"), "ticket");
}

}  // namespace
}  // namespace acceld::probes
