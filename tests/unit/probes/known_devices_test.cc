#include "probes/known_devices.h"

#include <gtest/gtest.h>

#include <string>

#include "base/sys_root.h"
#include "probes/changes.h"
#include "probes/fact.h"
#include "probes/fact_reader.h"
#include "probes/pci_address.h"
#include "tests/support/sys_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::SysTree;

const std::string kFunction = "sys/bus/pci/devices/0000:3a:00.0";
const std::string kOther = "sys/bus/pci/devices/0000:3b:00.0";

Changes After(const std::string& devpath, const std::string& subsystem) {
  Changes changes;
  changes.Add({"change", devpath, subsystem});
  return changes;
}

Changes AfterEventOfFunction() {
  return After("/devices/pci0000:3a/0000:3a:00.0", "pci");
}

TEST(KnownFunctions, WhatIsAbsent_IsAskedAgainOnceItsFunctionIsTouched) {
  SysTree tree;
  FactSet facts;
  const SysRoot root = tree.root();
  KnownFunctions known;
  const FactReader reader(root, facts, known.files);
  EXPECT_FALSE(reader.Exists(kFunction + "/vfio-dev"));
  EXPECT_FALSE(reader.Text(kOther + "/aer_dev_fatal"));
  tree.AddDirectory(kFunction + "/vfio-dev");
  tree.AddFile(kOther + "/aer_dev_fatal", "DLP 0\n");
  EXPECT_FALSE(reader.Exists(kFunction + "/vfio-dev"));
  known.Forget(AfterEventOfFunction());
  EXPECT_TRUE(reader.Exists(kFunction + "/vfio-dev"));
  EXPECT_FALSE(reader.Text(kOther + "/aer_dev_fatal"));
}

TEST(KnownFunctions, WhatAFileSays_IsReadEachTime) {
  SysTree tree;
  FactSet facts;
  const SysRoot root = tree.root();
  KnownFunctions known;
  const FactReader reader(root, facts, known.files);
  tree.AddFile(kFunction + "/aer_dev_fatal", "DLP 0\n");
  EXPECT_EQ(reader.Text(kFunction + "/aer_dev_fatal"), "DLP 0");
  tree.AddFile(kFunction + "/aer_dev_fatal", "DLP 1\n");
  EXPECT_EQ(reader.Text(kFunction + "/aer_dev_fatal"), "DLP 1");
}

TEST(KnownFunctions, WhatCannotBeRead_IsAFaultEachTime) {
  SysTree tree;
  FactSet facts;
  const SysRoot root = tree.root();
  KnownFunctions known;
  const FactReader reader(root, facts, known.files);
  tree.AddDirectory(kFunction + "/aer_dev_fatal");
  EXPECT_FALSE(reader.Text(kFunction + "/aer_dev_fatal"));
  EXPECT_FALSE(reader.Text(kFunction + "/aer_dev_fatal"));
  EXPECT_EQ(facts.faults.size(), 2U);
}

class KnownDevicesTest : public ::testing::Test {
 protected:
  KnownDevicesTest() {
    for (const char* name : {"nvme0", "nvme1"}) {
      tree_.AddFile(PathOf(name) + "/model", "old\n");
    }
    tree_.AddFile(kVersion, "1\n");
    known_.functions[PathOf("nvme0")] = ParsePciAddress("0000:3a:00.0");
    known_.functions[PathOf("nvme1")] = ParsePciAddress("0000:3b:00.0");
    (void)Read();
    for (const char* name : {"nvme0", "nvme1"}) {
      tree_.AddFile(PathOf(name) + "/model", "new\n");
    }
    tree_.AddFile(kVersion, "2\n");
    tree_.AddDirectory(PathOf("nvme2"));
  }

  static std::string PathOf(const std::string& name) {
    return "sys/class/nvme/" + name;
  }
  // "old old 1 2": both models, the driver's version, how many there are.
  std::string Read() {
    FactSet facts;
    const SysRoot root = tree_.root();
    const FactReader reader(root, facts, known_.files);
    return reader.SharedText(PathOf("nvme0") + "/model").value_or("") + " " +
           reader.SharedText(PathOf("nvme1") + "/model").value_or("") + " " +
           reader.SharedText(kVersion).value_or("") + " " +
           std::to_string(known_.NamesIn(reader, "sys/class/nvme").size());
  }

  const std::string kVersion = "sys/bus/pci/drivers/nvme/module/version";
  SysTree tree_;
  KnownDevices known_;
};

TEST_F(KnownDevicesTest, EventOfAnother_LeavesAll) {
  known_.Forget(After("/devices/pci0000:00/0000:00:01.0", "pci"), "nvme");
  EXPECT_EQ(Read(), "old old 1 2");
}

TEST_F(KnownDevicesTest, EventOfAFunction_ForgetsItsDevicesAndWhatTheyShare) {
  known_.Forget(AfterEventOfFunction(), "nvme");
  EXPECT_EQ(Read(), "new old 2 2");
  EXPECT_FALSE(known_.functions.contains(PathOf("nvme0")));
  EXPECT_TRUE(known_.functions.contains(PathOf("nvme1")));
}

TEST_F(KnownDevicesTest, EventOfTheClass_ForgetsAll) {
  known_.Forget(After("/devices/virtual/nvme/nvme2", "nvme"), "net nvme");
  EXPECT_EQ(Read(), "new new 2 3");
}

TEST_F(KnownDevicesTest, EventOfAModule_ForgetsAll) {
  known_.Forget(After("/module/nvme", "module"), "nvme");
  EXPECT_EQ(Read(), "new new 2 3");
}

TEST_F(KnownDevicesTest, Everything_ForgetsAll) {
  known_.Forget(Changes::Everything(), "nvme");
  EXPECT_EQ(Read(), "new new 2 3");
}

}  // namespace
}  // namespace acceld::probes
