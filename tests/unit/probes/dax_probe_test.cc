#include "probes/dax_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr VertexKind kMemory = VertexKind::kMemoryTarget;

class DaxProbeTest : public ::testing::Test {
 protected:
  void AddDax(const std::string& name, const std::string& place,
              const std::string& size, const std::string& driver, int node,
              int target) {
    const std::string real = "sys/devices/" + place + "/" + name;
    tree().AddFile(real + "/size", size + "\n");
    tree().AddFile(real + "/numa_node", std::to_string(node) + "\n");
    tree().AddFile(real + "/target_node", std::to_string(target) + "\n");
    tree().AddLinkTo(real + "/driver", "sys/bus/dax/drivers/" + driver);
    tree().AddLinkTo("sys/bus/dax/devices/" + name, real);
  }
  std::string AddRegion(const std::string& name, const std::string& place,
                        const std::string& type) {
    const std::string real = "sys/devices/" + place + "/" + name;
    tree().AddFile(real + "/size", "536870912\n");
    tree().AddFile(real + "/numa_node", "1\n");
    tree().AddFile(real + "/target_node", "3\n");
    tree().AddFile(real + "/devtype", type + "\n");
    tree().AddFile(real + "/persistence_domain", "memory_controller\n");
    tree().AddFile(real + "/mappings", "6\n");
    tree().AddLinkTo("sys/bus/nd/devices/" + name, real);
    return real;
  }
  acceld::testing::SysTree& tree() { return machine_.tree; }

  FrameworkTree machine_;
};

TEST_F(DaxProbeTest, Memories_HaveAllTheirFacts) {
  AddDax("dax0.0", "platform/hmem.0", "536870912", "device_dax", 0, 2);
  AddDax("dax6.0", "LNXSYSTM:00/ndbus0/region6/dax6.1", "526385152",
         "device_dax", 1, 7);
  AddRegion("region8", "LNXSYSTM:00/ndbus0", "nd_pmem");
  ExpectGolden(FactText(machine_.Run(), {"memory:dax", "memory:nd-"}),
               "probes/dax.txt");
}

TEST_F(DaxProbeTest, SystemRam_IsNotSaidTwice) {
  AddDax("dax1.0", "platform/hmem.1", "536870912", "kmem", 0, 1);
  EXPECT_FALSE(HasEntity(machine_.Run(), "memory:dax1.0", kMemory));
}

TEST_F(DaxProbeTest, DeviceOfACxlRegion_IsTheRegion) {
  AddDax("dax2.0", "platform/root0/decoder0.0/region2/dax_region2", "536870912",
         "device_dax", 0, 4);
  EXPECT_FALSE(HasEntity(machine_.Run(), "memory:dax2.0", kMemory));
}

TEST_F(DaxProbeTest, RegionBelowWhichADaxDeviceIs_IsNotSaidTwice) {
  AddRegion("region6", "LNXSYSTM:00/ndbus0", "nd_pmem");
  AddDax("dax6.0", "LNXSYSTM:00/ndbus0/region6/dax6.1", "526385152", "kmem", 1,
         1);
  EXPECT_FALSE(HasEntity(machine_.Run(), "memory:nd-region6", kMemory));
}

TEST_F(DaxProbeTest, RegionOfACxlDevice_IsLeftToTheCxlProbe) {
  AddRegion("region0", "platform/ACPI0017:00/root0/nvdimm-bridge0/ndbus0",
            "nd_pmem");
  EXPECT_FALSE(HasEntity(machine_.Run(), "memory:nd-region0", kMemory));
}

TEST_F(DaxProbeTest, VolatileRegion_ClaimsNoKind) {
  AddRegion("region3", "LNXSYSTM:00/ndbus0", "nd_volatile");
  const FactSet facts = machine_.Run();
  EXPECT_EQ(TextOf(facts, "memory:nd-region3", "capacity"), "512MiB");
  EXPECT_EQ(TextOf(facts, "memory:nd-region3", "memory_kind"), "");
}

TEST_F(DaxProbeTest, LyingFiles_AreFaultsOnce) {
  AddDax("dax0.0", "platform/hmem.0", "1e9", "device_dax", 9, -7);
  AddRegion("region3", "LNXSYSTM:00/ndbus0", "nd_pmem");
  tree().AddFile("sys/bus/nd/devices/region3/size", "99999999999999999999\n");
  const FactSet facts = machine_.Run();
  const std::string dax = "/sys/bus/dax/devices/dax0.0";
  EXPECT_EQ(FaultAt(facts, dax + "/size"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, dax + "/target_node"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts, "/sys/bus/nd/devices/region3/size"),
            ErrorCode::kCorruptInput);
  int said = 0;
  for (const Fault& fault : facts.faults) said += fault.where == dax + "/size";
  EXPECT_EQ(said, 1);
  EXPECT_FALSE(HasEntity(facts, "memory:dax0.0", kMemory));
}

}  // namespace
}  // namespace acceld::probes
