// A recording of a machine, opened again, is that machine: the facts of all
// probes are the same. What a probe reads by any means but SysRoot, and what
// the recording loses, shows here.
#include "probes/recording/gather.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "base/json.h"
#include "probes/probe.h"
#include "probes/recording/extras.h"
#include "probes/recording/pack.h"
#include "probes/recording/recorded_root.h"
#include "tests/support/fact_text.h"
#include "tests/support/sys_tree.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/cxl_tree.h"
#include "tests/unit/probes/fpga_tree.h"
#include "tests/unit/probes/framework_tree.h"
#include "tests/unit/probes/idxd_tree.h"
#include "tests/unit/probes/kfd_tree.h"
#include "tests/unit/probes/mdev_tree.h"
#include "tests/unit/probes/vfio_tree.h"

namespace acceld::recording {
namespace {

using testing::SysTree;
using testing::TempDir;

Recording Recorded(const SysTree& tree) {
  const SysRoot root = tree.root();
  probes::PrepareHwloc(root);
  return Gather(tree.root(), [](std::string_view, std::size_t) {});
}

// All but the values that identify: they have stand-ins.
std::string Facts(const SysRoot& root) {
  probes::PrepareHwloc(root);
  std::istringstream lines(testing::FactText(probes::ProbeMachine(root), {}));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    bool identifies = false;
    for (const char* name : {"unique_id", "hive_id"}) {
      identifies = identifies || line.find(std::string(" ") + name + " = ") !=
                                     std::string::npos;
    }
    if (!identifies) kept += line + "\n";
  }
  return kept;
}

// The recording of `tree`, through an archive.
std::string FactsOfRecording(const SysTree& tree) {
  const TempDir folder;
  const std::string file = folder.At("machine.tar.zst");
  const auto bytes = Pack(Recorded(tree), "{}", Compression::kZstd);
  EXPECT_TRUE(bytes);
  EXPECT_TRUE(WriteWhole(file, *bytes, false));
  const auto opened = RecordedRoot::Open(file);
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? Facts(opened->root()) : "";
}

void AddCpus(SysTree& tree) {
  for (int cpu = 0; cpu < 8; ++cpu) tree.AddCpu(cpu, cpu / 4, cpu);
  tree.SetOnlineCpus("0-7");
}

void ExpectSameMachine(const SysTree& tree) {
  const std::string before = Facts(tree.root());
  EXPECT_GT(before.size(), 500U);
  EXPECT_EQ(FactsOfRecording(tree), before);
}

TEST(GatheredMachine_OfEachFramework, HasTheSameFacts) {
  testing::VfioTree vfio;
  AddCpus(vfio.tree);
  ExpectSameMachine(vfio.tree);
  testing::MdevTree mdev;
  ExpectSameMachine(mdev.tree);
  testing::FpgaTree fpga;
  ExpectSameMachine(fpga.tree);
  testing::FrameworkTree machine;
  testing::IdxdTree idxd(machine);
  idxd.AddQueue(idxd.AddDevice("dsa0", "0000:6a:01.0", 0x0b25,
                               testing::IdxdTree::Bitmap("8")),
                {.name = "wq0.0", .type = "kernel"});
  ExpectSameMachine(machine.tree);
}

TEST(GatheredMachine_WithCxl, HasTheSameFacts) {
  const testing::CxlTree cxl;
  ExpectSameMachine(cxl.tree);
}

// By unique ids one package is told from two, by hives what is linked.
TEST(GatheredMachine_WithHives_HasTheSameFacts, ThoughTheirIdsAreNot) {
  testing::FrameworkTree machine;
  testing::KfdTree kfd(machine.tree);
  kfd.AddCpu(0);
  for (int node = 1; node <= 4; ++node) {
    const std::string address = "0000:8" + std::to_string(node) + ":00.0";
    const std::string path =
        machine.AddFunction(address, 0x1002, 0x740f, "amdgpu");
    machine.pci.AddClassDevice(path, "drm",
                               "renderD" + std::to_string(127 + node),
                               "226:" + std::to_string(127 + node));
    kfd.AddGpu({.node = node,
                .location = (0x80 + node) << 8,
                .render_minor = 127 + node,
                .unique_id = 0xfeed000000000000ULL +
                             static_cast<std::uint64_t>(node + 1) / 2,
                .hive_id = node <= 2 ? 0xabcULL : 0xdefULL});
    kfd.AddBank(node, 1, 0, 1 << 30);
  }
  kfd.AddLinks(1, 2, 11, 15, 50'000);
  kfd.AddLinks(3, 4, 11, 15, 50'000);
  ExpectSameMachine(machine.tree);
}

TEST(GatheredMachine_WithFaults, HasTheSameFacts) {
  testing::FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:01:00.0", 0x8086, 0x0b25, "idxd");
  machine.tree.AddFile(path + "/numa_node", "banana\n");
  machine.tree.AddFile(path + "/power_state", std::string(10000, 'D'));
  machine.tree.AddFile(path + "/revision", std::string("\0\1", 2));
  machine.tree.AddFile(path + "/config", "short");
  machine.tree.AddLink("sys/class/drm/renderD128", "../../devices/nowhere");
  machine.tree.AddLink("sys/class/accel/accel0", "accel0");
  machine.tree.AddLink(path + "/iommu_group", "/sys/kernel/iommu_groups/9");
  machine.tree.AddFile("sys/bus/pci/devices/odd \n\xff", "x");
  ExpectSameMachine(machine.tree);
}

TEST(GatheredMachine_WithoutDevices, HasNone) {
  SysTree tree;
  tree.AddNumaNode({0, "0-3", 1'000'000, "10", false});
  EXPECT_EQ(FactsOfRecording(tree), Facts(tree.root()));
}

// Absolute, and out of the root: where they lead, as the probes see them.
TEST(GatheredLinks_ThatAGuardWouldRefuse, LeadToTheSamePlace) {
  testing::FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:01:00.0", 0x8086, 0x0b25, "idxd");
  machine.tree.Remove("sys/bus/pci/devices/0000:01:00.0");
  machine.tree.AddLink("sys/bus/pci/devices/0000:01:00.0",
                       "../../../../../../" + path);
  ExpectSameMachine(machine.tree);
}

TEST(GatheredFiles_NobodyReads, AreNotThere) {
  testing::FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:01:00.0", 0x8086, 0x0b25, "idxd");
  machine.tree.AddFile(path + "/rom", "firmware");
  machine.tree.AddFile(path + "/vpd", "SN123");
  machine.tree.AddFile("sys/class/dmi/id/product_uuid", "abc");
  machine.tree.AddFile("proc/1/environ", "SECRET=1");
  machine.tree.AddFile("etc/shadow", "root:x");
  for (const auto& [entry, about] : Recorded(machine.tree).entries) {
    EXPECT_EQ(about.text.find("SN123"), std::string::npos) << entry;
    EXPECT_EQ(about.text.find("firmware"), std::string::npos) << entry;
    EXPECT_FALSE(entry.starts_with("etc")) << entry;
    EXPECT_FALSE(entry.starts_with("proc/1")) << entry;
    EXPECT_FALSE(entry.ends_with("product_uuid")) << entry;
  }
}

TEST(GatheredExtras, AreThere) {
  testing::FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:01:00.0", 0x8086, 0x0b25, "idxd");
  machine.tree.AddFile(path + "/config", std::string(4096, 'c'));
  machine.tree.AddFile(path + "/local_cpus", "f0\n");
  machine.tree.AddAcpiTable("SLIT", "table");
  const Entries entries = Recorded(machine.tree).entries;
  EXPECT_EQ(entries.at(path + "/config").text.size(), 4096U);
  EXPECT_EQ(entries.at(path + "/local_cpus").text, "f0\n");
  EXPECT_TRUE(entries.contains("sys/firmware/acpi/tables/SLIT"));
  EXPECT_TRUE(entries.contains("sys/devices/system/node/node0/meminfo"));
}

TEST(GatheredEntries, HaveTheirDirectories) {
  testing::VfioTree vfio;
  const Entries entries = Recorded(vfio.tree).entries;
  for (const auto& [path, entry] : entries) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) continue;
    const auto above = entries.find(path.substr(0, slash));
    ASSERT_NE(above, entries.end()) << path;
    EXPECT_EQ(above->second.kind, FileKind::kDirectory) << path;
  }
}

TEST(Manifest, SaysWhatIsMissingAndWhy) {
  testing::FrameworkTree machine;
  const std::string path =
      machine.AddFunction("0000:01:00.0", 0x8086, 0x0b25, "idxd");
  machine.tree.AddFile("proc/sys/kernel/osrelease", "6.12.1\n");
  machine.tree.Remove(path + "/numa_node");
  machine.tree.AddDirectory(path + "/numa_node");
  const auto manifest =
      ParseJson(ManifestText(Recorded(machine.tree), "2026-03-05T17:04:33Z",
                             /*as_root=*/true));
  ASSERT_TRUE(manifest);
  EXPECT_EQ(*manifest->Find("kernel")->AsString(), "6.12.1");
  EXPECT_EQ(*manifest->Find("time")->AsString(), "2026-03-05T17:04:33Z");
  EXPECT_EQ(*manifest->Find("recording")->AsInteger(), 1);
  bool told = false;
  for (const Document& one : *manifest->Find("unread")->AsArray()) {
    told = told || *one.Find("path")->AsString() == "/" + path + "/numa_node";
  }
  EXPECT_TRUE(told);
}

TEST(RecordedMachinesDocument, HasARowForEachExtra) {
  std::ifstream file("docs/recorded-machines.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Extra& extra : AllExtras()) {
    EXPECT_NE(text.find("| `" + std::string(extra.directory) + "` |"),
              std::string::npos)
        << extra.directory;
  }
}

TEST(ExtraPattern, Matches_WholeNamesOnly) {
  EXPECT_TRUE(Matches("cpu#", "cpu12"));
  EXPECT_FALSE(Matches("cpu#", "cpufreq"));
  EXPECT_FALSE(Matches("cpu#", "cpu12x"));
  EXPECT_TRUE(Matches("hugepages-*kB", "hugepages-2048kB"));
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_FALSE(Matches("", "a"));
  EXPECT_FALSE(Matches("#", ""));
}

}  // namespace
}  // namespace acceld::recording
