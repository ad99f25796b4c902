#include "probes/generic_initiator.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/acpi_tables.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using namespace acceld::testing;  // NOLINT: the builders and queries of tests

// Node 0: CPUs; node 1: the initiator; node 2: memory.
class GenericInitiatorTest : public ::testing::Test {
 protected:
  GenericInitiatorTest() {
    tree_.AddNumaNode({0, "0-3", 1000, "", false});
    tree_.AddNumaNode({1, "", 0, "", true});
    tree_.AddNumaNode({2, "", 2000, "", false});
    PciSpec gpu;
    gpu.address = "0001:3a:05.2";
    gpu.below = "pci0001:3a";
    pci_.Add(gpu);
  }
  void AddSrat(const std::string& initiators) {
    tree_.AddAcpiTable("SRAT", MakeSrat(MakeCpuAffinity(7, 0) + initiators +
                                        MakeMemoryAffinity(9)));
  }
  FactSet Run() {
    FactSet facts;
    const SysRoot root = tree_.root();
    for (const Probe& probe : AllProbes()) {
      if (probe.name == "hwloc" || probe.name == "soft") continue;
      probe.run(root, facts);
    }
    return facts;
  }

  SysTree tree_;
  PciSysTree pci_{tree_};
};

TEST_F(GenericInitiatorTest, PciHandle_TiesTheNodeToItsFunction) {
  AddSrat(MakePciInitiator(8, 1, 0x3a, 0x05 << 3 | 2));
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "numa:1", "initiator_devices"), "pci:0001:3a:05.2");
  EXPECT_EQ(TextOf(facts, "pci:0001:3a:05.2", "initiator_node"), "1");
  EXPECT_EQ(TextOf(facts, "numa:1", "roles"), "generic-initiator");
  EXPECT_EQ(TextOf(facts, "numa:2", "roles"), "memory");
  EXPECT_EQ(TextOf(facts, "numa:0", "roles"), "cpus,memory");
}

TEST_F(GenericInitiatorTest, AcpiHandle_NamesNoFunction) {
  AddSrat(MakeGenericInitiator(8));
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "numa:1", "initiator_devices"), "");
  EXPECT_EQ(TextOf(facts, "numa:1", "generic_initiator"), "true");
}

TEST_F(GenericInitiatorTest, FunctionThatIsNotThere_IsAFault) {
  AddSrat(MakePciInitiator(8, 0, 0x99, 0));
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/firmware/acpi/tables/SRAT"),
            ErrorCode::kNotFound);
  EXPECT_EQ(TextOf(facts, "numa:1", "initiator_devices"), "");
}

TEST_F(GenericInitiatorTest, NodeThatIsNone_IsNotBelieved) {
  tree_.AddAcpiTable("SRAT",
                     MakeSrat(MakePciInitiator(8, 1, 0x3a, 0x05 << 3 | 2)));
  EXPECT_EQ(TextOf(Run(), "pci:0001:3a:05.2", "initiator_node"), "");
}

TEST_F(GenericInitiatorTest, NodeWithNothing_SaysSo) {
  tree_.AddNumaNode({3, "", 0, "", false});
  EXPECT_EQ(TextOf(Run(), "numa:3", "roles"), "empty");
}

}  // namespace
}  // namespace acceld::probes
