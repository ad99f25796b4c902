#include "probes/driver_version.h"

#include <gtest/gtest.h>

#include "tests/support/sys_tree.h"
#include "tests/unit/probes/fact_queries.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::SysTree;
using acceld::testing::TextOf;

constexpr const char* kDriver = "sys/bus/pci/drivers/habanalabs";
constexpr const char* kModule = "sys/module/habanalabs";
constexpr const char* kKey = "accelerator:accel0";

class DriverVersionTest : public ::testing::Test {
 protected:
  DriverVersionTest() {
    AddDevice("0000:b3:00.0");
    tree_.AddDirectory(kModule);
    tree_.AddLinkTo(std::string(kDriver) + "/module", kModule);
    tree_.AddFile("proc/sys/kernel/osrelease", "6.12.117\n");
  }

  void AddDevice(const std::string& address) {
    tree_.AddLinkTo(LinkOf(address), kDriver);
  }
  static std::string LinkOf(const std::string& address) {
    return "sys/devices/pci0000:b2/" + address + "/driver";
  }
  [[nodiscard]] FactSet Run() const {
    const SysRoot root = tree_.root();
    FactSet facts;
    const FactReader reader(root, facts);
    AddDriverVersion(reader, kKey, LinkOf("0000:b3:00.0"));
    AddDriverVersion(reader, "accelerator:accel1", LinkOf("0000:b4:00.0"));
    return facts;
  }

  SysTree tree_;
};

TEST_F(DriverVersionTest, ModuleWithAVersion_HasIt) {
  tree_.AddFile(std::string(kModule) + "/version", "1.21.3\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kKey, "driver_version"), "1.21.3");
  EXPECT_EQ(FindAttribute(facts, kKey, "driver_version")->from.evidence,
            Evidence::kFirmware);
}

TEST_F(DriverVersionTest, DriverOfTheKernel_HasTheKernelsRelease) {
  tree_.AddFile(std::string(kModule) + "/taint", "\n");
  const FactSet facts = Run();
  EXPECT_EQ(TextOf(facts, kKey, "driver_version"), "6.12.117");
  EXPECT_EQ(FindAttribute(facts, kKey, "driver_version")->from.evidence,
            Evidence::kComputed);
}

TEST_F(DriverVersionTest, DriverThatIsBuiltIn_HasTheKernelsRelease) {
  tree_.Remove(std::string(kDriver) + "/module");
  EXPECT_EQ(TextOf(Run(), kKey, "driver_version"), "6.12.117");
}

TEST_F(DriverVersionTest, ModuleFromElsewhereWithoutAVersion_HasNone) {
  tree_.AddFile(std::string(kModule) + "/taint", "OE\n");
  EXPECT_EQ(FindAttribute(Run(), kKey, "driver_version"), nullptr);
}

TEST_F(DriverVersionTest, RecordingWithoutARelease_HasNone) {
  tree_.Remove("proc/sys/kernel/osrelease");
  const FactSet facts = Run();
  EXPECT_EQ(FindAttribute(facts, kKey, "driver_version"), nullptr);
  EXPECT_TRUE(facts.faults.empty());
}

TEST_F(DriverVersionTest, UnreadableVersion_IsOneFaultForAllDevices) {
  AddDevice("0000:b4:00.0");
  tree_.AddFile(std::string(kModule) + "/version", std::string(8192, 'x'));
  const FactSet facts = Run();
  EXPECT_EQ(FaultAt(facts, "/sys/bus/pci/drivers/habanalabs/module/version"),
            ErrorCode::kCorruptInput);
  EXPECT_EQ(facts.faults.size(), 1U);
}

TEST_F(DriverVersionTest, FirmwareVersion_IsTheFilesTextMadePrintable) {
  tree_.AddFile("sys/fw_version", "1.0\x1b[31m\n");
  tree_.AddFile("sys/nothing", "\n");
  const SysRoot root = tree_.root();
  FactSet facts;
  const FactReader reader(root, facts);
  AddFirmwareVersion(reader, "accelerator:a", "sys/fw_version");
  AddFirmwareVersion(reader, "accelerator:b", "sys/nothing");
  AddFirmwareVersion(reader, "accelerator:c", "sys/absent");
  EXPECT_EQ(facts.attributes.size(), 1U);
  EXPECT_EQ(TextOf(facts, "accelerator:a", "firmware_version").find('\x1b'),
            std::string::npos);
  EXPECT_TRUE(facts.faults.empty());
}

}  // namespace
}  // namespace acceld::probes
