#include "probes/memory_kind.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using namespace acceld::testing;  // NOLINT: the builders and queries of tests

constexpr std::int64_t kGib = std::int64_t{1} << 30;

// Node 0 has CPUs and 4 GiB, nodes 1 and 2 have 1 GiB each and no CPUs.
std::vector<NumaNode> Nodes() {
  return {{0, {0, 1}, Bytes(4 * kGib), false, {}},
          {1, {}, Bytes(kGib), false, {}},
          {2, {}, Bytes(kGib), false, {}}};
}

AccessMatrix Bandwidths(std::int64_t local, std::int64_t one,
                        std::int64_t two) {
  AccessMatrix matrix;
  for (const auto& [target, gib] : {std::pair{0, local}, {1, one}, {2, two}}) {
    matrix[{0, target}].read_bandwidth = Sourced<BytesPerSecond>{
        BytesPerSecond(gib * kGib), {Evidence::kFirmware, "test"}};
  }
  return matrix;
}

// A DAX device below `parent` in sys/devices.
void AddDax(SysTree& tree, const std::string& name, const std::string& parent,
            int node, std::int64_t size, const std::string& driver) {
  const std::string device = "sys/devices/" + parent + "/" + name;
  tree.AddFile(device + "/target_node", std::to_string(node) + "\n");
  tree.AddFile(device + "/size", std::to_string(size) + "\n");
  tree.AddLinkTo(device + "/driver", "sys/bus/dax/drivers/" + driver);
  tree.AddLinkTo("sys/bus/dax/devices/" + name, device);
}

struct Kinds {
  FactSet facts;
  std::string Of(int node) const {
    return TextOf(facts, MemoryKey(node), attr::kMemoryKind);
  }
  Evidence EvidenceOf(int node) const {
    return FindAttribute(facts, MemoryKey(node), attr::kMemoryKind)
        ->from.evidence;
  }
};

Kinds KindsOf(const SysTree& tree, const AccessMatrix& matrix = {}) {
  Kinds kinds;
  AddMemoryKinds(tree.root(), Nodes(), matrix, kinds.facts);
  return kinds;
}

TEST(MemoryKind, NoEvidence_Probed_IsAssumedDdr) {
  const SysTree tree;
  const Kinds kinds = KindsOf(tree);
  EXPECT_EQ(kinds.Of(0), "ddr");
  EXPECT_EQ(kinds.Of(1), "ddr");
  EXPECT_EQ(kinds.EvidenceOf(1), Evidence::kAssumed);
  EXPECT_TRUE(kinds.facts.faults.empty());
}

TEST(MemoryKind, TwiceTheBandwidthWithoutCpus_Probed_IsComputedHbm) {
  const SysTree tree;
  const Kinds kinds = KindsOf(tree, Bandwidths(200, 400, 399));
  EXPECT_EQ(kinds.Of(0), "ddr");
  EXPECT_EQ(kinds.Of(1), "hbm");
  EXPECT_EQ(kinds.EvidenceOf(1), Evidence::kComputed);
  EXPECT_EQ(kinds.Of(2), "ddr");
}

TEST(MemoryKind, NoLocalMemoryToCompareWith_Probed_ClaimsNothing) {
  const SysTree tree;
  AccessMatrix matrix = Bandwidths(1, 400, 400);
  matrix.erase({0, 0});
  EXPECT_EQ(KindsOf(tree, matrix).Of(1), "ddr");
}

TEST(MemoryKind, FasterKernelTier_Probed_IsComputedHbm) {
  SysTree tree;
  const std::string tiers = "sys/devices/virtual/memory_tiering/";
  tree.AddFile(tiers + "memory_tier3/nodelist", "1\n");
  tree.AddFile(tiers + "memory_tier4/nodelist", "0\n");
  tree.AddFile(tiers + "memory_tier22/nodelist", "2\n");
  const Kinds kinds = KindsOf(tree);
  EXPECT_EQ(kinds.Of(1), "hbm");
  EXPECT_EQ(kinds.Of(2), "ddr");
  EXPECT_EQ(TextOf(kinds.facts, "memory:2", "memory_tier"), "22");
}

TEST(MemoryKind, CxlRegionAsSystemRam_Probed_IsCxl) {
  SysTree tree;
  AddDax(tree, "dax1.0",
         "platform/ACPI0017:00/root0/decoder0.0/region1/dax_region1", 1, kGib,
         "kmem");
  const Kinds kinds = KindsOf(tree);
  EXPECT_EQ(kinds.Of(1), "cxl");
  EXPECT_EQ(kinds.EvidenceOf(1), Evidence::kFirmware);
  EXPECT_EQ(kinds.Of(2), "ddr");
}

TEST(MemoryKind, NvdimmAsSystemRam_Probed_IsPmem) {
  SysTree tree;
  AddDax(tree, "dax0.0", "LNXSYSTM:00/ndbus0/region0/dax0.1", 2, kGib, "kmem");
  EXPECT_EQ(KindsOf(tree).Of(2), "pmem");
}

TEST(MemoryKind, PersistentCxlAsSystemRam_Probed_IsCxl) {
  SysTree tree;
  AddDax(tree, "dax0.0", "platform/root0/nvdimm-bridge0/ndbus0/region0/dax0.1",
         2, kGib, "kmem");
  EXPECT_EQ(KindsOf(tree).Of(2), "cxl");
}

TEST(MemoryKind, NvdimmNotOnline_Probed_SaysNothingOfTheNode) {
  SysTree tree;
  AddDax(tree, "dax0.0", "LNXSYSTM:00/ndbus0/region0/dax0.1", 2, kGib,
         "device_dax");
  EXPECT_EQ(KindsOf(tree).Of(2), "ddr");
}

TEST(MemoryKind, SmallNvdimmBesideDram_Probed_SaysNothingOfTheNode) {
  SysTree tree;
  AddDax(tree, "dax0.0", "LNXSYSTM:00/ndbus0/region0/dax0.1", 0, kGib, "kmem");
  EXPECT_EQ(KindsOf(tree).Of(0), "ddr");
}

TEST(MemoryKind, SpecialPurposeMemory_Probed_MayBeAnything) {
  SysTree tree;
  AddDax(tree, "dax0.0", "platform/hmem.0", 1, kGib, "kmem");
  EXPECT_EQ(KindsOf(tree).Of(1), "ddr");
}

TEST(MemoryKind, GpuMemoryNode_Probed_IsDevice) {
  const SysTree tree;
  std::vector<NumaNode> nodes = Nodes();
  nodes[2].gpu = "0004:05:00.0";
  FactSet facts;
  AddMemoryKinds(tree.root(), nodes, {}, facts);
  const Attribute* kind = FindAttribute(facts, MemoryKey(2), attr::kMemoryKind);
  EXPECT_EQ(ToText(kind->value), "device");
  EXPECT_EQ(kind->from.source,
            "/proc/driver/nvidia/gpus/0004:05:00.0/numa_status");
}

TEST(MemoryKind, LyingFiles_Probed_AreFaultsAndClaimNothing) {
  SysTree tree;
  AddDax(tree, "dax0.0", "ndbus0", 1, -1, "kmem");
  tree.AddFile("sys/devices/virtual/memory_tiering/memory_tier1/nodelist",
               "all\n");
  const Kinds kinds = KindsOf(tree);
  EXPECT_EQ(kinds.facts.faults.size(), 2U);
  EXPECT_EQ(FaultAt(kinds.facts, "/sys/bus/dax/devices/dax0.0/size"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(kinds.Of(1), "ddr");
}

}  // namespace
}  // namespace acceld::probes
