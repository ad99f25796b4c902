// docs/attributes.md against what the PCI, IOMMU, DRM, accel and uacce probes
// record of a machine that has something of everything.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "probes/io_device_probe.h"
#include "tests/unit/probes/acpi_tables.h"
#include "tests/unit/probes/cxl_tree.h"
#include "tests/unit/probes/fpga_tree.h"
#include "tests/unit/probes/framework_tree.h"
#include "tests/unit/probes/idxd_tree.h"
#include "tests/unit/probes/kfd_tree.h"
#include "tests/unit/probes/mdev_tree.h"
#include "tests/unit/probes/nvidia_tree.h"
#include "tests/unit/probes/vfio_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::FpgaTree;
using acceld::testing::FrameworkTree;
using acceld::testing::IdxdTree;
using acceld::testing::KfdTree;
using acceld::testing::MakeCpuAffinity;
using acceld::testing::MakePciInitiator;
using acceld::testing::MakeSrat;
using acceld::testing::MdevTree;
using acceld::testing::NvidiaTree;
using acceld::testing::PciSpec;
using acceld::testing::VfioTree;

// Names of the rows of each "## " section, in the order of the text.
std::vector<std::string> RowsOf(const std::string& section) {
  std::ifstream document("docs/attributes.md");
  EXPECT_TRUE(document.good());
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) inside = line == "## " + section;
    if (!inside || !line.starts_with("| `")) continue;
    rows.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return rows;
}

void FillPci(FrameworkTree& machine, const std::string& path,
             std::uint16_t vendor) {
  machine.tree.AddFile(path + "/config",
                       ConfigBytes(vendor, 1, false)
                           .Express(0)
                           .Extended(0x0d, 0x100, {0x1f, 0x1d})
                           .Extended(0x0f, 0x140, {0, 0x8000})
                           .Extended(0x13, 0x180, {1, 0})
                           .Extended(0x1b, 0x1c0, {0x1400, 1})
                           .Extended(0x10, 0x200, {0, 0, 0, 0, 0, 4, 2})
                           .Bytes());
  for (const char* file :
       {"revision", "subsystem_vendor", "subsystem_device"}) {
    machine.tree.AddFile(path + "/" + file, "0x01\n");
  }
  machine.tree.AddFile(path + "/power_state", "D0\n");
  machine.tree.AddLinkTo(path + "/iommu_group", "sys/kernel/iommu_groups/1");
}

void FillIdxd(FrameworkTree& machine) {
  IdxdTree tree(machine);
  const std::string dsa =
      tree.AddDevice("dsa0", "0000:6a:01.0", 0x0b25, IdxdTree::Bitmap("8"));
  machine.tree.AddFile(dsa + "/errors", IdxdTree::Bitmap("1"));
  machine.tree.AddFile(dsa + "/cmd_status", "0x1\n");
  tree.AddQueue(dsa, {.name = "wq0.0", .type = "kernel"});
  const std::string queue = tree.AddQueue(
      dsa, {.name = "wq0.1", .mode = "dedicated", .clients = 1, .minor = 0});
  machine.tree.AddFile(queue + "/dsa!wq0.1/file0/pid", "1\n");
  machine.tree.AddFile(queue + "/max_batch_size", "32\n");
}

// An RDMA device and an NVMe controller.
void AddEndsOfPipelines(FrameworkTree& machine) {
  const std::string nic =
      machine.AddFunction("0000:17:00.0", 0x15b3, 0x101b, "mlx5_core");
  machine.pci.AddClassDevice(nic, "net", "enp23s0f0", "");
  const std::string rdma =
      machine.pci.AddClassDevice(nic, "infiniband", "mlx5_0", "");
  for (const char* file : {"fw_ver", "hca_type", "board_id", "node_guid"}) {
    machine.tree.AddFile(rdma + "/" + file, "1\n");
  }
  machine.tree.AddFile(rdma + "/ports/1/state", "4: ACTIVE\n");
  machine.tree.AddFile(rdma + "/ports/1/rate", "100 Gb/sec (4X EDR)\n");
  machine.tree.AddFile(rdma + "/ports/1/link_layer", "Ethernet\n");
  machine.tree.AddFile(rdma + "/ports/2/state", "1: DOWN\n");
  const std::string verbs =
      machine.pci.AddClassDevice(nic, "infiniband_verbs", "uverbs0", "231:192");
  machine.tree.AddFile(verbs + "/ibdev", "mlx5_0\n");
  const std::string ssd =
      machine.AddFunction("0000:18:00.0", 0x144d, 0xa80a, "nvme");
  const std::string nvme =
      machine.pci.AddClassDevice(ssd, "nvme", "nvme0", "239:0");
  for (const char* file : {"model", "firmware_rev", "transport", "cntrltype"}) {
    machine.tree.AddFile(nvme + "/" + file, "1\n");
  }
  machine.tree.AddFile(nvme + "/state", "resetting\n");
  machine.tree.AddFile(nvme + "/nvme0n1/size", "8\n");
}

void FillOtherAccelerators(FrameworkTree& machine) {
  const std::string qaic =
      machine.AddFunction("0000:21:00.0", 0x17cb, 0xa100, "qaic");
  const std::string channels =
      machine.pci.AddClassDevice(qaic, "accel", "accel2", "261:2");
  machine.tree.AddFile(channels + "/dbc0_state", "0\n");
  const std::string vpu =
      machine.AddFunction("0000:00:0b.0", 0x8086, 0x7d1d, "intel_vpu");
  machine.pci.AddClassDevice(vpu, "accel", "accel3", "261:3");
  machine.tree.AddFile(vpu + "/sched_mode", "HW\n");
  const std::string apex =
      machine.AddFunction("0000:05:00.0", 0x1ac1, 0x089a, "apex");
  const std::string tpu =
      machine.pci.AddClassDevice(apex, "apex", "apex_0", "120:0");
  for (const char* file : {"framework_version", "is_device_owned",
                           "device_owner", "reset_count", "revision"}) {
    machine.tree.AddFile(tpu + "/" + file, "1\n");
  }
}

void FillKfd(FrameworkTree& machine) {
  KfdTree tree(machine.tree);
  for (const int node : {1, 2}) {
    tree.AddGpu({.node = node,
                 .location = 0x8300,
                 .unique_id = static_cast<std::uint64_t>(node),
                 .hive_id = 7});
    tree.AddBank(node, 1, 0, 1 << 30);
  }
  tree.AddLinks(1, 2, 11, 15, 50'000);
  tree.AddLink(1, 2, 2, 40, 0, "p2p_links");
}

FactSet FactsOfNvidia() {
  NvidiaTree machine;
  machine.AddGpu("0009:01:00.0", 0, "GPU");
  machine.AddGpu("000a:01:00.0", 1, "GPU", "Yes");
  machine.AddGpu("000b:01:00.0", 2, "GPU");
  machine.AddCoherentMemory("0009:01:00.0", 2);
  machine.AddInstances(0);
  machine.AddSwitch("0000:85:00.0");
  return machine.Run();
}

FactSet FactsOfEverything() {
  FrameworkTree machine;
  machine.pci.AddGroup(1, "DMA");
  machine.tree.AddFile("usr/share/misc/pci.ids", "1022  Maker\n");
  machine.tree.AddFile("proc/sys/kernel/osrelease", "6.12.1\n");
  PciSpec port;
  port.address = "0000:40:00.0";
  port.below = "pci0000:40";
  port.class_code = 0x060400;
  port.speed = port.max_speed = "16.0 GT/s PCIe";
  port.width = port.max_width = "16";
  machine.pci.Add(port);
  PciSpec npu = port;
  npu.address = "0000:41:00.0";
  npu.below = port.address;
  npu.vendor = 0x1022;
  npu.device = 0x17f0;
  npu.class_code = 0x118000;
  npu.driver = "amdxdna";
  npu.numa_node = 1;
  const std::string path = machine.pci.Add(npu);
  FillPci(machine, path, 0x1022);
  machine.pci.AddClassDevice(path, "accel", "accel0", "261:0");
  machine.tree.AddFile(path + "/vbnv", "NPU\n");
  machine.tree.AddFile(path + "/fw_version", "1\n");
  machine.pci.AddClassDevice(path, "net", "eth0", "");
  const std::string gaudi =
      machine.AddFunction("0000:b3:00.0", 0x1da3, 0x1020, "habanalabs");
  machine.pci.AddClassDevice(gaudi, "accel", "accel1", "261:1");
  machine.tree.AddFile(gaudi + "/status", "Operational\n");
  for (const char* file :
       {"module_id", "security_enabled", "hard_reset_cnt", "soft_reset_cnt",
        "fw_os_ver", "cpucp_ver", "clk_max_freq_mhz", "device_type"}) {
    machine.tree.AddFile(gaudi + "/" + file, "1\n");
  }
  FillOtherAccelerators(machine);
  const std::string gpu =
      machine.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu");
  machine.pci.AddClassDevice(gpu, "drm", "renderD128", "226:128");
  for (const char* file :
       {"mem_info_vram_total", "mem_info_vram_used", "mem_info_vis_vram_total",
        "unique_id", "vbios_version", "fw_version/smc_fw_version"}) {
    machine.tree.AddFile(gpu + "/" + file, "1\n");
  }
  machine.tree.AddFile(gpu + "/hwmon/hwmon3/power1_cap", "300000000\n");
  machine.tree.AddFile(gpu + "/aer_dev_fatal", "DLP 1\n");
  machine.tree.AddFile(gpu + "/aer_dev_nonfatal", "DLP 0\n");
  const std::string zip =
      machine.AddFunction("0000:75:00.0", 0x19e5, 0xa250, "hisi_zip");
  const std::string queue =
      machine.pci.AddClassDevice(zip, "uacce", "hisi_zip-0", "508:0");
  for (const char* file :
       {"flags", "available_instances", "isolate", "isolate_strategy",
        "region_mmio_size", "region_dus_size"}) {
    machine.tree.AddFile(queue + "/" + file, "1\n");
  }
  machine.tree.AddFile(queue + "/api", "hisi_qm_v2\n");
  machine.tree.AddFile(queue + "/algorithms", "zlib\n");
  FillIdxd(machine);
  FillKfd(machine);
  machine.pci.AddIommu("dmar0", {"0000:41:00.0"});
  machine.tree.AddFile("sys/devices/virtual/iommu/dmar0/intel-iommu/ecap",
                       "17800000004\n");
  AddEndsOfPipelines(machine);
  FactSet facts = machine.Run();
  RunIoDeviceProbe(machine.tree.root(), facts);
  return facts;
}

TEST(AttributesDocument, EveryAttributeOfAVertex_HasARow) {
  const auto rows = RowsOf("Of vertices");
  const std::set<std::string> known(rows.begin(), rows.end());
  std::set<std::string> seen;
  for (const AttributeFact& fact : FactsOfEverything().attributes) {
    EXPECT_TRUE(known.contains(fact.attribute.name)) << fact.attribute.name;
    seen.insert(fact.attribute.name);
  }
  EXPECT_GE(seen.size(), 50U);  // the machine does have something of all
}

TEST(AttributesDocument, EveryAttributeOfQatVfioMdevAndFpga_HasARow) {
  const auto rows = RowsOf("Of vertices");
  const std::set<std::string> known(rows.begin(), rows.end());
  for (const FactSet& facts :
       {VfioTree().Run(), MdevTree().Run(), FpgaTree().Run()}) {
    for (const AttributeFact& fact : facts.attributes) {
      EXPECT_TRUE(known.contains(fact.attribute.name)) << fact.attribute.name;
    }
  }
}

TEST(AttributesDocument, EveryAttributeOfAMemory_HasARow) {
  acceld::testing::CxlTree machine;
  machine.AddInterleavedRegion();
  acceld::testing::SysTree& tree = machine.tree;
  tree.AddFile("sys/devices/system/node/node0/memory_failure/total", "1\n");
  tree.AddFile(
      "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
      "1\n");
  const std::string region = "sys/bus/nd/devices/region7/";
  for (const char* file : {"size", "target_node", "mappings"}) {
    tree.AddFile(region + file, "1\n");
  }
  tree.AddFile(region + "persistence_domain", "cpu_cache\n");
  tree.AddNumaNode({2, "", 0, "", true});
  tree.AddAcpiTable("SRAT",
                    MakeSrat(MakeCpuAffinity(0, 0) + MakeCpuAffinity(1, 4) +
                             MakePciInitiator(2, 0, 0x81, 0)));
  FillPci(machine, machine.pci.PathOf("0000:81:00.0"), 0x8086);
  const auto rows = RowsOf("Of vertices");
  const std::set<std::string> known(rows.begin(), rows.end());
  std::set<std::string> seen;
  for (const AttributeFact& fact : machine.Run().attributes) {
    EXPECT_TRUE(known.contains(fact.attribute.name)) << fact.attribute.name;
    seen.insert(fact.attribute.name);
  }
  for (const char* name :
       {"cxl_windows", "cxl_region", "memory_failures", "hugepage_reserved",
        "persistence_domain", "initiator_node", "cxl_read_bandwidth"}) {
    EXPECT_TRUE(seen.contains(name)) << name;
  }
}

TEST(AttributesDocument, EveryAttributeOfNvidia_HasARow) {
  const auto rows = RowsOf("Of vertices");
  const std::set<std::string> known(rows.begin(), rows.end());
  for (const AttributeFact& fact : FactsOfNvidia().attributes) {
    EXPECT_TRUE(known.contains(fact.attribute.name)) << fact.attribute.name;
  }
}

// "What identifies one board" of the document.
TEST(AttributesDocument, WhatIdentifiesABoard_StandsOnAcceleratorsOnly) {
  std::set<std::string> seen;
  for (const FactSet& facts : {FactsOfEverything(), FactsOfNvidia()}) {
    for (const auto& [key, attribute] : facts.attributes) {
      const std::string& name = attribute.name;
      for (const char* word : {"guid", "mac", "serial", "wwid"}) {
        EXPECT_EQ(name.find(word), std::string::npos) << name;
      }
      if (name != "uuid" && name != "unique_id") continue;
      EXPECT_TRUE(key.starts_with("accelerator:")) << key;
      seen.insert(name);
    }
  }
  EXPECT_EQ(seen, (std::set<std::string>{"unique_id", "uuid"}));
}

TEST(AttributesDocument, EveryAttributeOfALink_HasARow) {
  const auto rows = RowsOf("Of links");
  const std::set<std::string> known(rows.begin(), rows.end());
  for (const LinkFact& link : FactsOfEverything().links) {
    for (const Attribute& attribute : link.attributes) {
      EXPECT_TRUE(known.contains(attribute.name)) << attribute.name;
    }
  }
}

TEST(AttributesDocument, Rows_AreSortedAndUnique) {
  for (const char* section : {"Of vertices", "Of links", "Of relations"}) {
    const auto rows = RowsOf(section);
    EXPECT_FALSE(rows.empty()) << section;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      EXPECT_LT(rows[i - 1], rows[i]) << section;
    }
  }
}

}  // namespace
}  // namespace acceld::probes
