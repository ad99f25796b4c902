#include "probes/pci_sriov.h"

#include <gtest/gtest.h>

#include "probes/pci_probe.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

constexpr const char* kPhysical = "pci:0000:6b:00.0";
constexpr const char* kBus = "/sys/bus/pci/devices/0000:6b:00.0";

// A physical function with two of its eight virtual ones, and a stranger.
class PciSrIovTest : public ::testing::Test {
 protected:
  PciSrIovTest() : pci_(tree_) {
    path_ = Add("0000:6b:00.0", 0x4940);
    Write("sriov_totalvfs", "8\n");
    Write("sriov_numvfs", "2\n");
    Write("sriov_drivers_autoprobe", "0\n");
    Write("sriov_vf_total_msix", "520\n");
    Add("0000:6b:00.1", 0x4941);
    Add("0000:6b:00.2", 0x4941);
    Add("0000:70:00.0", 0x1234);
    pci_.LinkVirtual("0000:6b:00.0", 0, "0000:6b:00.1");
    pci_.LinkVirtual("0000:6b:00.0", 1, "0000:6b:00.2");
  }

  std::string Add(const std::string& address, int device) {
    PciSpec spec;
    spec.address = address;
    spec.below = "pci" + address.substr(0, 7);
    spec.vendor = 0x8086;
    spec.device = device;
    return pci_.Add(spec);
  }
  void Write(const std::string& file, std::string_view text) {
    tree_.AddFile(path_ + "/" + file, text);
  }
  [[nodiscard]] FactSet Run() const {
    FactSet facts;
    RunPciProbe(tree_.root(), facts);
    return facts;
  }
  static std::optional<ErrorCode> Fault(const FactSet& facts,
                                        const std::string& file) {
    return FaultAt(facts, kBus + file);
  }

  SysTree tree_;
  PciSysTree pci_;
  std::string path_;
};

TEST_F(PciSrIovTest, PhysicalFunction_SaysWhatItMayMake) {
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kPhysical, "sriov_total_vfs"), "8");
  EXPECT_EQ(TextOf(facts, kPhysical, "sriov_num_vfs"), "2");
  EXPECT_EQ(TextOf(facts, kPhysical, "sriov_drivers_autoprobe"), "false");
  EXPECT_EQ(TextOf(facts, kPhysical, "sriov_vf_total_msix"), "520");
  EXPECT_EQ(FindAttribute(facts, "pci:0000:70:00.0", "sriov_total_vfs"),
            nullptr);
}

TEST_F(PciSrIovTest, VirtualFunctions_HaveTheirNumber) {
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, "pci:0000:6b:00.1", "sriov_vf_index"), "0");
  EXPECT_EQ(TextOf(facts, "pci:0000:6b:00.2", "sriov_vf_index"), "1");
  EXPECT_EQ(FindAttribute(facts, kPhysical, "sriov_vf_index"), nullptr);
  EXPECT_NE(FindRelation(facts, "pci:0000:6b:00.2", kPhysical,
                         RelationKind::kVirtualOf),
            nullptr);
  EXPECT_FALSE(Fault(facts, ""));
  EXPECT_FALSE(Fault(facts, "/sriov_numvfs"));
}

TEST_F(PciSrIovTest, LinkToAStranger_IsAFault) {
  tree_.Remove(path_ + "/virtfn1");
  tree_.AddLinkTo(path_ + "/virtfn1", pci_.PathOf("0000:70:00.0"));
  const FactSet facts = Run();
  EXPECT_EQ(Fault(facts, "/virtfn1"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FindAttribute(facts, "pci:0000:70:00.0", "sriov_vf_index"),
            nullptr);
  // Two functions still call it theirs, it knows one of them.
  EXPECT_EQ(Fault(facts, ""), ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, "pci:0000:6b:00.1", "sriov_vf_index"), "0");
}

TEST_F(PciSrIovTest, LinkToNothing_IsAFault) {
  tree_.Remove(path_ + "/virtfn1");
  tree_.AddLink(path_ + "/virtfn1", "../0000:6b:1f.7");
  EXPECT_EQ(Fault(Run(), "/virtfn1"), ErrorCode::kNotFound);
}

TEST_F(PciSrIovTest, LinkToItself_IsAFault) {
  tree_.Remove(path_ + "/virtfn1");
  tree_.AddLink(path_ + "/virtfn1", "../0000:6b:00.0");
  EXPECT_EQ(Fault(Run(), "/virtfn1"), ErrorCode::kCorruptInput);
}

TEST_F(PciSrIovTest, FewerLinksThanPromised_IsAFault) {
  Write("sriov_numvfs", "3\n");
  EXPECT_EQ(Fault(Run(), "/sriov_numvfs"), ErrorCode::kCorruptInput);
}

TEST_F(PciSrIovTest, NumbersThatLie_AreFaults) {
  Write("sriov_numvfs", "-1\n");
  Write("sriov_drivers_autoprobe", "2\n");
  Write("sriov_vf_total_msix", "many\n");
  const FactSet facts = Run();
  for (const char* file :
       {"/sriov_numvfs", "/sriov_drivers_autoprobe", "/sriov_vf_total_msix"}) {
    EXPECT_EQ(Fault(facts, file), ErrorCode::kCorruptInput) << file;
  }
  EXPECT_EQ(FindAttribute(facts, kPhysical, "sriov_num_vfs"), nullptr);
  EXPECT_EQ(TextOf(facts, "pci:0000:6b:00.2", "sriov_vf_index"), "1");
}

}  // namespace
}  // namespace acceld::probes
