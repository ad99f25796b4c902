#include "probes/iommu_probe.h"

#include <gtest/gtest.h>

#include "probes/pci_probe.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

constexpr std::uint16_t kAts = 0x0f, kPasid = 0x1b;

class IommuProbeTest : public ::testing::Test {
 protected:
  IommuProbeTest() : pci_(tree_) {
    pci_.AddGroup(7, "DMA-FQ");
    pci_.AddGroup(8, "identity");
    // PASID of 20 bits, on or off; ATS on.
    AddFunction("0000:00:01.0", 7, 0x1400, 1);
    AddFunction("0000:00:02.0", 8, 0x0800, 0);
    AddFunction("0000:00:03.0", -1, 0x1400, 1);
  }

  void AddFunction(const std::string& address, int group, std::uint16_t pasid,
                   std::uint16_t control) {
    PciSpec spec;
    spec.address = address;
    spec.below = "pci0000:00";
    spec.vendor = 0x8086;
    spec.device = 0x0b25;
    spec.class_code = 0x088000;
    spec.iommu_group = group;
    spec.config = ConfigBytes(0x8086, 0x0b25, false)
                      .Express(9)
                      .Extended(kAts, 0x100, {0, 0x8000})
                      .Extended(kPasid, 0x140, {pasid, control})
                      .Bytes();
    pci_.Add(spec);
  }

  void AddUnit(std::string_view ecap) {
    pci_.AddIommu("dmar0", {"0000:00:01.0", "0000:00:02.0"});
    tree_.AddFile("sys/devices/virtual/iommu/dmar0/intel-iommu/ecap", ecap);
  }

  FactSet Run() {
    FactSet facts;
    RunPciProbe(tree_.root(), facts);
    RunIommuProbe(tree_.root(), facts);
    return facts;
  }

  SysTree tree_;
  PciSysTree pci_;
};

TEST_F(IommuProbeTest, Groups_HaveNumberAndDomainType) {
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "iommu_group"), "7");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "iommu_domain_type"), "DMA-FQ");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:02.0", "iommu_domain_type"), "identity");
  EXPECT_EQ(FindAttribute(facts, "pci:0000:00:03.0", "iommu_group"), nullptr);
}

TEST_F(IommuProbeTest, Unit_TranslatesItsDevices) {
  AddUnit("93824000004\n");  // SMTS, PASID, PSS 7 (8 bits), PRS, NEST, DT
  const FactSet facts = Run();
  EXPECT_TRUE(HasEntity(facts, "iommu:dmar0", VertexKind::kIommuUnit));
  EXPECT_EQ(TextOf(facts, "iommu:dmar0", "iommu_kind"), "intel");
  EXPECT_EQ(TextOf(facts, "iommu:dmar0", "pasid_width"), "8");
  EXPECT_EQ(TextOf(facts, "iommu:dmar0", "pri"), "true");
  EXPECT_EQ(TextOf(facts, "iommu:dmar0", "nesting"), "true");
  EXPECT_NE(FindRelation(facts, "pci:0000:00:01.0", "iommu:dmar0",
                         RelationKind::kTranslatedBy),
            nullptr);
  EXPECT_EQ(FindRelation(facts, "pci:0000:00:03.0", "iommu:dmar0",
                         RelationKind::kTranslatedBy),
            nullptr);
}

// 0x900_0000_0000: SMTS, PASID; PSS 15 in 39:35 is 0x78_0000_0000; DT is 4.
TEST_F(IommuProbeTest, PasidWidth_IsTheLesserOfFunctionAndUnit) {
  AddUnit("97800000004\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "iommu:dmar0", "pasid_width"), "16");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "pasid_width"), "16");
  // Off, for nothing carries it.
  EXPECT_EQ(TextOf(facts, "pci:0000:00:02.0", "pasid_width"), "0");
  EXPECT_EQ(
      FindAttribute(facts, "pci:0000:00:01.0", "pasid_width")->from.evidence,
      Evidence::kComputed);
  // Behind no unit: not known.
  EXPECT_EQ(FindAttribute(facts, "pci:0000:00:03.0", "pasid_width"), nullptr);
}

TEST_F(IommuProbeTest, Sva_IsPossibleOrNoWithAReason) {
  AddUnit("97800000004\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "sva"), "possible");
  EXPECT_EQ(FindAttribute(facts, "pci:0000:00:01.0", "sva_reasons"), nullptr);
  EXPECT_NE(FindAttribute(facts, "pci:0000:00:01.0", "sva_caveats"), nullptr);
  EXPECT_EQ(TextOf(facts, "pci:0000:00:02.0", "sva"), "no");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:02.0", "sva_reasons"),
            "PASID is off,PASIDs do not pass: 0000:00:02.0 passes no "
            "end-to-end TLP prefixes");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:03.0", "sva"), "no");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:03.0", "sva_reasons"),
            "no IOMMU translates the function");
}

TEST_F(IommuProbeTest, TreeWithoutAnyGroup_SaysNothingOfTranslation) {
  tree_.Remove("sys/kernel/iommu_groups");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "iommu_group"), "7");
  EXPECT_EQ(TextOf(facts, "pci:0000:00:03.0", "sva"), "unknown");
  ASSERT_EQ(facts.faults.size(), 1U);
  EXPECT_EQ(facts.faults[0].where, "/sys/kernel/iommu_groups");
}

TEST_F(IommuProbeTest, AmdUnit_IsReadFromItsTwoRegisters) {
  pci_.AddIommu("ivhd0", {"0000:00:01.0"});
  const std::string unit = "sys/devices/virtual/iommu/ivhd0/amd-iommu/";
  tree_.AddFile(unit + "features", "f00000012:0\n");
  tree_.AddFile(unit + "cap", "1000000\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "iommu:ivhd0", "iommu_kind"), "amd");
  EXPECT_EQ(TextOf(facts, "iommu:ivhd0", "pasid_width"), "16");
  EXPECT_EQ(TextOf(facts, "iommu:ivhd0", "ats"), "true");
}

TEST_F(IommuProbeTest, Smmu_HasAKindAndNothingElse) {
  pci_.AddIommu("smmu3.0x0000000140000000", {"0000:00:01.0"});
  const FactSet facts = Run();
  const std::string key = "iommu:smmu3.0x0000000140000000";
  EXPECT_EQ(TextOf(facts, key, "iommu_kind"), "smmu-v3");
  EXPECT_EQ(FindAttribute(facts, key, "pasid_width"), nullptr);
  EXPECT_EQ(TextOf(facts, "pci:0000:00:01.0", "sva"), "possible");
}

}  // namespace
}  // namespace acceld::probes
