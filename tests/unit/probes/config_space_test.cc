#include "probes/config_space.h"

#include <gtest/gtest.h>

#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ConfigBytes;
using acceld::testing::SysTree;

constexpr int kEndpoint = 0;
constexpr std::uint16_t kAcs = 0x0d, kAts = 0x0f, kSrIov = 0x10, kPri = 0x13,
                        kPasid = 0x1b, kDvsec = 0x23;

class ConfigSpace : public ::testing::Test {
 protected:
  PciCapabilities Read(const std::string& bytes) {
    tree_.AddFile("dev/config", bytes);
    const SysRoot root = tree_.root();
    return ReadPciCapabilities(FactReader(root, facts_), "dev");
  }

  static ConfigBytes Device() {
    ConfigBytes bytes(0x8086, 0x0b25, false);
    bytes.Express(kEndpoint);
    return bytes;
  }

  SysTree tree_;
  FactSet facts_;
};

TEST_F(ConfigSpace, AllCapabilities_AreDecoded) {
  const auto found = Read(
      Device()
          .Extended(kAts, 0x100, {0x0020, 0x8000})
          .Extended(kPasid, 0x140, {0x1404, 0x0001})  // 20 bits, privileged
          .Extended(kPri, 0x180, {0x0001, 0x0100})
          .Extended(kAcs, 0x1c0, {0x005f, 0x001d})
          .Extended(kSrIov, 0x200, {0, 0, 0, 0, 0, 16, 3})
          .Bytes());
  EXPECT_EQ(found.access, ConfigAccess::kExtended);
  EXPECT_TRUE(found.extended_known);
  EXPECT_EQ(found.express_type, kEndpoint);
  EXPECT_EQ(found.ats_enabled, true);
  ASSERT_TRUE(found.pasid.has_value());
  EXPECT_EQ(found.pasid->width, 20);
  EXPECT_TRUE(found.pasid->enabled);
  EXPECT_EQ(found.pri_enabled, true);
  ASSERT_TRUE(found.acs.has_value());
  EXPECT_EQ(AcsText(found.acs->supported), "SV TB RR CR UF DT");
  EXPECT_EQ(AcsText(found.acs->enabled), "SV RR CR UF");
  ASSERT_TRUE(found.sriov.has_value());
  EXPECT_EQ(found.sriov->total_vfs, 16);
  EXPECT_EQ(found.sriov->num_vfs, 3);
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(ConfigSpace, PrefixesAndFunctions_AreRead) {
  const auto plain = Read(Device().Bytes());
  EXPECT_EQ(plain.passes_prefixes, false);
  EXPECT_EQ(plain.is_multifunction, false);
  const auto both = Read(Device().PassesPrefixes().Multifunction().Bytes());
  EXPECT_EQ(both.passes_prefixes, true);
  EXPECT_EQ(both.is_multifunction, true);
  EXPECT_EQ(both.is_bridge, false);
  // The unprivileged do not see the register.
  EXPECT_FALSE(Read(Device().PassesPrefixes().Bytes(64)).passes_prefixes);
}

// PCI Express 1.x has no second capabilities register; its place may hold
// anything.
TEST_F(ConfigSpace, FirstVersion_PassesNoPrefixes) {
  ConfigBytes bytes = Device().PassesPrefixes();
  bytes.Word(0x42, 0x0001);
  EXPECT_EQ(Read(bytes.Bytes()).passes_prefixes, false);
}

// CXL 3.1, 8.1.3: vendor, revision and length, DVSEC ID, capability, control.
TEST_F(ConfigSpace, CxlDevice_SaysWhatItCanDoAndWhatIsOn) {
  const auto found = Read(
      Device()
          .Extended(kDvsec, 0x100, {0x1e98, 0x0240, 0x0008, 0xffff, 0xffff})
          .Extended(kDvsec, 0x140, {0x1e98, 0x03c1, 0x0000, 0x0017, 0x0002})
          .Extended(kDvsec, 0x180, {0x8086, 0x03c1, 0x0000, 0x0007, 0x0007})
          .Bytes());
  ASSERT_TRUE(found.cxl.has_value());
  EXPECT_EQ(found.cxl->capable, 0x7);
  EXPECT_EQ(found.cxl->enabled, 0x2);
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(ConfigSpace, CxlCapabilityThatIsTooShort_IsNotRead) {
  const auto found = Read(
      Device()
          .Extended(kDvsec, 0x100, {0x1e98, 0x00a1, 0x0000, 0x0007, 0x0007})
          .Bytes());
  EXPECT_FALSE(found.cxl.has_value());
}

TEST_F(ConfigSpace, CxlCapabilityCutOff_IsBroken) {
  const auto found = Read(
      Device()
          .Extended(kDvsec, 0x100, {0x1e98, 0x03c1, 0x0000, 0x0007, 0x0007})
          .Bytes(0x10c));
  EXPECT_FALSE(found.cxl.has_value());
  EXPECT_FALSE(found.extended_known);
  EXPECT_EQ(facts_.faults.size(), 1U);
}

TEST_F(ConfigSpace, CapabilitiesThatAreOff_SayNo) {
  const auto found = Read(Device()
                              .Extended(kAts, 0x100, {0x0000, 0x0000})
                              .Extended(kPasid, 0x140, {0x0a00, 0x0006})
                              .Extended(kPri, 0x180, {0x0002, 0x0100})
                              .Bytes());
  EXPECT_EQ(found.ats_enabled, false);
  EXPECT_EQ(found.pasid->width, 10);
  EXPECT_FALSE(found.pasid->enabled);
  EXPECT_EQ(found.pri_enabled, false);
}

TEST_F(ConfigSpace, HeaderOnly_KnowsNoAbsence) {
  const auto found =
      Read(Device().Extended(kAts, 0x100, {0, 0x8000}).Bytes(64));
  EXPECT_EQ(found.access, ConfigAccess::kHeader);
  EXPECT_EQ(found.is_bridge, false);
  EXPECT_FALSE(found.standard_known);
  EXPECT_FALSE(found.extended_known);
  EXPECT_FALSE(found.ats_enabled.has_value());
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(ConfigSpace, ExpressWithoutExtendedSpace_KnowsNoAbsence) {
  const auto found = Read(Device().Bytes(256));
  EXPECT_EQ(found.access, ConfigAccess::kConventional);
  EXPECT_TRUE(found.standard_known);
  EXPECT_FALSE(found.extended_known);
}

TEST_F(ConfigSpace, ConventionalDevice_HasNoExtendedCapability) {
  const auto found = Read(ConfigBytes(0x8086, 0x100e, false).Bytes(256));
  EXPECT_FALSE(found.express_type.has_value());
  EXPECT_TRUE(found.extended_known);
  EXPECT_FALSE(found.pasid.has_value());
}

TEST_F(ConfigSpace, NoFile_IsNoFault) {
  const SysRoot root = tree_.root();
  const auto found = ReadPciCapabilities(FactReader(root, facts_), "dev");
  EXPECT_EQ(found.access, ConfigAccess::kNone);
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(ConfigSpace, ExtendedListThatLoops_KeepsWhatWasFound) {
  ConfigBytes bytes = Device();
  bytes.Extended(kAts, 0x100, {0, 0x8000}).Extended(kAcs, 0x140, {0x1f, 0});
  bytes.Word(0x142, 0x1001);  // next: 0x100 again
  const auto found = Read(bytes.Bytes());
  EXPECT_EQ(found.ats_enabled, true);
  EXPECT_FALSE(found.extended_known);
  ASSERT_EQ(facts_.faults.size(), 1U);
  EXPECT_EQ(facts_.faults[0].code, ErrorCode::kCorruptInput);
  EXPECT_EQ(facts_.faults[0].where, "/dev/config");
}

TEST_F(ConfigSpace, ExtendedListIntoTheHeader_IsBroken) {
  ConfigBytes bytes = Device();
  bytes.Extended(kAts, 0x100, {0, 0x8000});
  bytes.Word(0x102, 0x0401);  // next: 0x040
  const auto found = Read(bytes.Bytes());
  EXPECT_FALSE(found.extended_known);
  EXPECT_EQ(facts_.faults.size(), 1U);
}

TEST_F(ConfigSpace, StandardListThatLoops_IsBroken) {
  ConfigBytes bytes = Device();
  bytes.Word(0x40, 0x5001);  // power management, next 0x50
  bytes.Word(0x50, 0x4005);  // MSI, next 0x40
  const auto found = Read(bytes.Bytes());
  EXPECT_FALSE(found.standard_known);
  EXPECT_FALSE(found.extended_known);
  EXPECT_EQ(facts_.faults.size(), 1U);
}

TEST_F(ConfigSpace, CapabilityCutOff_IsBroken) {
  const auto found =
      Read(Device().Extended(kPasid, 0x100, {0x1400, 1}).Bytes(0x106));
  EXPECT_FALSE(found.pasid.has_value());
  EXPECT_FALSE(found.extended_known);
  EXPECT_EQ(facts_.faults.size(), 1U);
}

TEST_F(ConfigSpace, DeviceThatIsGone_SaysSo) {
  const auto found = Read(std::string(4096, '\xff'));
  EXPECT_EQ(found.access, ConfigAccess::kNone);
  ASSERT_EQ(facts_.faults.size(), 1U);
  EXPECT_EQ(facts_.faults[0].code, ErrorCode::kDeviceGone);
}

// PCIe Base 6.0, 9.3.4.1: a virtual function's vendor and device are FFFFh.
TEST_F(ConfigSpace, VirtualFunction_IsNotGone) {
  ConfigBytes bytes(0xffff, 0xffff, false);
  bytes.Express(kEndpoint).Extended(kAts, 0x100, {0, 0x8000});
  EXPECT_EQ(Read(bytes.Bytes()).ats_enabled, true);
  EXPECT_TRUE(facts_.faults.empty());
}

TEST_F(ConfigSpace, EveryTruncation_NeitherCrashesNorInvents) {
  const std::string whole = Device()
                                .Extended(kAts, 0x100, {0, 0x8000})
                                .Extended(kPasid, 0x140, {0x1400, 1})
                                .Bytes(0x150);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto found = Read(whole.substr(0, size));
    if (size < 0x148) {
      EXPECT_FALSE(found.pasid.has_value()) << size;
      EXPECT_FALSE(found.extended_known) << size;
    }
  }
}

}  // namespace
}  // namespace acceld::probes
