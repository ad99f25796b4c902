#include "probes/vfio_probe.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/functions.h"
#include "probes/pci_identity.h"
#include "probes/probe.h"
#include "probes/vfio_functions.h"
#include "probes/vfio_offers.h"
#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/vfio_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindRelation;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;
using acceld::testing::VfioTree;

constexpr const char* kGpu = VfioTree::kGpu;
constexpr const char* kNvme = VfioTree::kNvme;

TEST(VfioProbe, Facts_AreAsTheKernelSays) {
  ExpectGolden(
      FactText(VfioTree().Run(), {"accelerator:qat-", "accelerator:vfio-"}),
      "probes/vfio.txt");
}

TEST(VfioProbe, FunctionOfItsOwnGroup_IsGrantedOnce) {
  const FactSet facts = VfioTree().Run();
  EXPECT_EQ(TextOf(facts, kNvme, "framework"), "vfio");
  EXPECT_EQ(TextOf(facts, kNvme, "driver"), "vfio-pci");
  EXPECT_EQ(TextOf(facts, kNvme, "driver_version"), "0.2");
  EXPECT_EQ(TextOf(facts, kNvme, "functions"), "storage/nvme");
  EXPECT_EQ(TextOf(facts, kNvme, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kNvme, "sharing_class"), "single-user");
  EXPECT_EQ(TextOf(facts, kNvme, "instances"), "1");
  EXPECT_EQ(TextOf(facts, kNvme, "sva"), "no");
  EXPECT_EQ(TextOf(facts, kNvme, "node"), "/dev/vfio/30");
  EXPECT_EQ(TextOf(facts, kNvme, "device_number"), "240:2");
  EXPECT_EQ(TextOf(facts, kNvme, "vfio_cdev"), "/dev/vfio/devices/vfio2");
  EXPECT_EQ(TextOf(facts, kNvme, "vfio_cdev_number"), "234:2");
  EXPECT_EQ(TextOf(facts, kNvme, "vfio_viable"), "true");
  EXPECT_NE(FindRelation(facts, kNvme, "pci:0000:75:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
}

TEST(VfioProbe, GroupWithADriverOfTheKernel_IsNeverOffered) {
  const FactSet facts = VfioTree().Run();
  EXPECT_EQ(TextOf(facts, kGpu, "vfio_viable"), "false");
  EXPECT_EQ(TextOf(facts, kGpu, "vfio_blocked_by"),
            "0000:83:00.1 (snd_hda_intel)");
  EXPECT_EQ(TextOf(facts, kGpu, "instances"), "0");
  EXPECT_NE(FindAttribute(facts, kGpu, "not_offered"), nullptr);
  EXPECT_EQ(FindAttribute(facts, kNvme, "not_offered"), nullptr);
  EXPECT_EQ(TextOf(facts, kGpu, "functions"), "compute/gpu");
}

TEST(VfioProbe, MemberWithoutADriverOrWithAStub_BlocksNothing) {
  for (const char* driver : {"", "pci-stub"}) {
    VfioTree machine;
    machine.AddMember("0000:75:00.1", {0x144d, 0xa809, 0x010802, driver, 30});
    EXPECT_EQ(TextOf(machine.Run(), kNvme, "vfio_viable"), "true") << driver;
  }
}

TEST(VfioProbe, BridgeInTheGroup_BlocksNothing) {
  VfioTree machine;
  machine.AddMember("0000:75:01.0", {0x8086, 1, 0x060400, "pcieport", 30});
  EXPECT_EQ(TextOf(machine.Run(), kNvme, "vfio_viable"), "true");
}

TEST(VfioProbe, PlatformDeviceInTheGroup_Blocks) {
  VfioTree machine;
  const std::string path = "sys/devices/platform/SMMU0001:00";
  machine.tree.AddLinkTo(path + "/driver", "sys/bus/platform/drivers/pl330");
  machine.AddToGroup(30, "SMMU0001:00", path);
  EXPECT_EQ(TextOf(machine.Run(), kNvme, "vfio_blocked_by"),
            "SMMU0001:00 (pl330)");
}

TEST(VfioProbe, FunctionsOfOneGroup_NameEachOther) {
  VfioTree machine;
  machine.AddMember("0000:75:00.1", {0x144d, 0xa809, 0x010802, "vfio-pci", 30});
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kNvme, "vfio_group_functions"),
            "0000:75:00.0,0000:75:00.1");
  EXPECT_EQ(FindAttribute(facts, kGpu, "vfio_group_functions"), nullptr);
}

TEST(VfioProbe, FunctionsOfOneGroup_AreOfferedAsOne) {
  VfioTree machine;
  machine.AddMember("0000:74:00.0", {0x10de, 0x1aef, 0x040300, "vfio-pci", 30});
  machine.AddMember("0000:75:00.1", {0x144d, 0xa809, 0x010802, "vfio-pci", 30});
  const FactSet facts = machine.Run();
  // The first that has functions, though another comes before it.
  EXPECT_EQ(TextOf(facts, kNvme, "instances"), "1");
  EXPECT_EQ(FindAttribute(facts, kNvme, "not_offered"), nullptr);
  for (const char* other :
       {"accelerator:vfio-0000:74:00.0", "accelerator:vfio-0000:75:00.1"}) {
    EXPECT_EQ(TextOf(facts, other, "instances"), "0") << other;
    EXPECT_NE(FindAttribute(facts, other, "not_offered"), nullptr) << other;
    EXPECT_EQ(FindAttribute(facts, other, "vfio_group_functions"), nullptr)
        << other;
  }
}

TEST(VfioProbe, GroupWithoutAnIommu_IsMarkedAndNeverOffered) {
  VfioTree machine;
  machine.tree.AddFile("sys/kernel/iommu_groups/30/name", "vfio-noiommu\n");
  machine.AddClassNode("noiommu-30", "240:9");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kNvme, "vfio_noiommu"), "true");
  EXPECT_EQ(TextOf(facts, kNvme, "node"), "/dev/vfio/noiommu-30");
  EXPECT_EQ(TextOf(facts, kNvme, "device_number"), "240:9");
  EXPECT_EQ(TextOf(facts, kNvme, "instances"), "0");
}

TEST(VfioProbe, FunctionInNoGroup_HasNoNodeAndIsNeverOffered) {
  VfioTree machine;
  machine.AddFunction("0000:a0:00.0", 0x144d, 0xa80a, "vfio-pci");
  const FactSet facts = machine.Run();
  constexpr const char* kKey = "accelerator:vfio-0000:a0:00.0";
  EXPECT_EQ(TextOf(facts, kKey, "instances"), "0");
  EXPECT_EQ(FindAttribute(facts, kKey, "node"), nullptr);
}

TEST(VfioProbe, KernelWithoutGroupNodes_HasTheDevicesNode) {
  VfioTree machine;
  machine.tree.Remove("sys/class/vfio/30");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kNvme, "node"), "/dev/vfio/devices/vfio2");
  EXPECT_EQ(TextOf(facts, kNvme, "device_number"), "234:2");
}

TEST(VfioProbe, DriverOfAnotherName_IsKnownByItsDirectory) {
  VfioTree machine;
  machine.AddMember("0000:84:00.0", {0x10de, 0x20b7, 0x030200, "nvidia", 60});
  machine.tree.AddDirectory(machine.pci.PathOf("0000:84:00.0") +
                            "/vfio-dev/vfio7");
  const FactSet facts = machine.Run();
  constexpr const char* kKey = "accelerator:vfio-0000:84:00.0";
  EXPECT_EQ(TextOf(facts, kKey, "vfio_viable"), "true");
  // A device without a number has no node of its own.
  EXPECT_EQ(FindAttribute(facts, kKey, "vfio_cdev"), nullptr);
}

TEST(VfioProbe, TreesThatLie_AreFaultsAndTheRestStands) {
  VfioTree machine;
  machine.tree.AddFile("sys/devices/virtual/vfio/30/dev", "not:a-number\n");
  machine.AddCdev("0000:75:00.0", "vfio2", "234");
  machine.tree.AddLink("sys/kernel/iommu_groups/30/devices/../x",
                       "../../nowhere");
  const FactSet facts = machine.Run();
  EXPECT_EQ(FaultAt(facts, "/sys/class/vfio/30/dev"), ErrorCode::kCorruptInput);
  EXPECT_EQ(FaultAt(facts,
                    "/sys/bus/pci/devices/0000:75:00.0/vfio-dev/vfio2/"
                    "dev"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(TextOf(facts, kNvme, "node"), "/dev/vfio/30");
  EXPECT_EQ(FindAttribute(facts, kNvme, "device_number"), nullptr);
  EXPECT_EQ(TextOf(facts, VfioTree::kQat1, "device_number"), "240:0");
}

// The machine of VfioTree with the administrator's offers.
FactSet RunWith(const VfioTree& machine, std::vector<VfioOffer> offers) {
  FactSet facts;
  const SysRoot root = machine.tree.root();
  for (const Probe& probe : AllProbes()) {
    if (probe.name == "pci" || probe.name == "iommu") probe.run(root, facts);
  }
  RunVfioProbeWith(root, {{std::move(offers)}}, facts);
  return facts;
}

// A disk that the kernel's driver holds, alone in its group.
constexpr const char* kDisk = "accelerator:vfio-0000:90:00.0";
struct DiskTree : VfioTree {
  explicit DiskTree(const std::string& driver) {
    AddMember("0000:90:00.0", {0x144d, 0xa80a, 0x010802, driver, 50});
  }
};
VfioOffer DiskOffer(std::vector<std::string> rebind) {
  return {0x144d, 0xa80a, "", "", {"storage/nvme", "copy"}, std::move(rebind)};
}

TEST(VfioProbe, OfferedFunctionOfAnotherDriver_IsGrantedOnce) {
  const FactSet facts = RunWith(DiskTree("nvme"), {DiskOffer({"nvme"})});
  EXPECT_EQ(TextOf(facts, kDisk, "framework"), "vfio");
  EXPECT_EQ(TextOf(facts, kDisk, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kDisk, "functions"), "storage/nvme,copy");
  EXPECT_EQ(TextOf(facts, kDisk, "vfio_rebind"), "nvme");
  EXPECT_EQ(TextOf(facts, kDisk, "vfio_viable"), "true");
  EXPECT_EQ(TextOf(facts, kDisk, "instances"), "1");
  EXPECT_EQ(FindAttribute(facts, kDisk, "not_offered"), nullptr);
}

TEST(VfioProbe, OfferedFunctionWithoutADriver_IsTakenFromNone) {
  const FactSet facts = RunWith(DiskTree(""), {DiskOffer({"none"})});
  EXPECT_EQ(TextOf(facts, kDisk, "vfio_rebind"), "none");
  EXPECT_EQ(TextOf(facts, kDisk, "instances"), "1");
}

TEST(VfioProbe, OfferThatDoesNotTakeFromTheDriver_SaysWhy) {
  for (const char* driver : {"nvme", ""}) {
    const FactSet facts = RunWith(DiskTree(driver), {DiskOffer({"other"})});
    EXPECT_EQ(TextOf(facts, kDisk, "instances"), "0") << driver;
    EXPECT_NE(FindAttribute(facts, kDisk, "not_offered"), nullptr) << driver;
    EXPECT_EQ(FindAttribute(facts, kDisk, "vfio_rebind"), nullptr) << driver;
  }
}

TEST(VfioProbe, OfferOfWhatVfioHolds_SaysOnlyWhatItDoes) {
  const FactSet facts =
      RunWith(VfioTree(), {{0x144d, 0xa808, "", "", {"copy"}, {"nvme"}}});
  EXPECT_EQ(TextOf(facts, kNvme, "functions"), "copy");
  EXPECT_EQ(TextOf(facts, kNvme, "instances"), "1");
  EXPECT_EQ(FindAttribute(facts, kNvme, "vfio_rebind"), nullptr);
}

TEST(VfioProbe, GroupIsOffered_WhenEveryMemberMayBeTaken) {
  const VfioOffer gpu{0x10de, 0x20b0, "", "", {"compute/gpu"}, {}};
  const VfioOffer audio{0x10de, 0x1aef, "", "", {"copy"}, {"snd_hda_intel"}};
  const FactSet alone = RunWith(VfioTree(), {gpu});
  EXPECT_EQ(TextOf(alone, kGpu, "instances"), "0");
  const FactSet both = RunWith(VfioTree(), {gpu, audio});
  EXPECT_EQ(TextOf(both, kGpu, "instances"), "1");
  EXPECT_EQ(TextOf(both, kGpu, "vfio_group_functions"),
            "0000:83:00.0,0000:83:00.1");
  constexpr const char* kAudio = "accelerator:vfio-0000:83:00.1";
  EXPECT_EQ(TextOf(both, kAudio, "instances"), "0");
  EXPECT_EQ(TextOf(both, kAudio, "vfio_leader"), "0000:83:00.0");
  EXPECT_EQ(FindAttribute(both, kGpu, "vfio_leader"), nullptr);
}

TEST(VfioProbe, PhysicalFunctionWithVirtualOnes_IsNotTaken) {
  DiskTree machine("nvme");
  machine.tree.AddFile(machine.pci.PathOf("0000:90:00.0") + "/sriov_numvfs",
                       "2\n");
  const FactSet facts = RunWith(machine, {DiskOffer({"nvme"})});
  EXPECT_EQ(TextOf(facts, kDisk, "instances"), "0");
  EXPECT_EQ(TextOf(facts, kDisk, "not_offered"), "it has virtual functions");
}

TEST(PciIdentity, VfioDrivers_AreKnownByAWordOfTheirName) {
  for (const char* driver :
       {"vfio-pci", "mlx5_vfio_pci", "hisi-acc-vfio-pci", "pds_vfio_pci"}) {
    EXPECT_TRUE(IsVfioDriver(driver)) << driver;
  }
  for (const char* driver : {"", "-", "nvme", "vfiox", "pci-stub"}) {
    EXPECT_FALSE(IsVfioDriver(driver)) << driver;
  }
}

TEST(VfioFunctions, AreOfTheVocabulary) {
  for (const std::string_view function : MappedVfioFunctions()) {
    EXPECT_TRUE(api::IsFunction(function)) << function;
  }
}

TEST(VfioFunctions, IdsComeBeforeClasses) {
  EXPECT_EQ(VfioFunctions({0x19e5, 0xa259, 0x100000, ""}).front(),
            "pubkey/ecdh");
  EXPECT_EQ(VfioFunctions({0x1002, 0x740f, 0x038000, ""}).front(),
            "compute/gpu");
  // A server's console, a network controller, an unknown accelerator.
  EXPECT_TRUE(VfioFunctions({0x1a03, 0x2000, 0x030000, ""}).empty());
  EXPECT_TRUE(VfioFunctions({0x8086, 0x1572, 0x020000, ""}).empty());
  EXPECT_TRUE(VfioFunctions({0x1234, 0x0001, 0x120000, ""}).empty());
  EXPECT_TRUE(VfioFunctions({}).empty());
}

}  // namespace
}  // namespace acceld::probes
