#include "daemon/machine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "probes/changes.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::daemon {
namespace {

using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SysTree;

constexpr const char* kRender = "accelerator:renderD128";

class ChangingTree : public ::testing::Test {
 protected:
  void SetUp() override {
    tree_.AddNumaNode({0, "0-3", 1000, "10", false});
    PciSpec spec;
    spec.address = "0000:03:00.0";
    spec.below = "pci0000:00";
    spec.vendor = 0x1002;
    spec.device = 0x740f;
    path_ = pci_.Add(spec);
    auto machine = Machine::Make({tree_.directory(), {}});
    ASSERT_TRUE(machine) << machine.error().message;
    machine_ = std::make_unique<Machine>(*std::move(machine));
  }

  void AddRender(const std::string& number) {
    pci_.AddClassDevice(path_, "drm", "renderD128", number);
  }
  [[nodiscard]] probes::Changes Event(const std::string& action) const {
    probes::Changes changes;
    changes.Add({action, path_.substr(3) + "/drm/renderD128", "drm"});
    return changes;
  }
  [[nodiscard]] bool Has(const char* key) const {
    return machine_->topology()->Find(key).has_value();
  }

  SysTree tree_;
  PciSysTree pci_{tree_};
  std::string path_;
  std::unique_ptr<Machine> machine_;
};

TEST_F(ChangingTree, Update_WithANewDevice_MakesANewSnapshot) {
  const auto before = machine_->topology();
  AddRender("226:128");
  EXPECT_TRUE(machine_->Update(Event("add")));
  EXPECT_EQ(machine_->topology()->generation(), before->generation() + 1);
  EXPECT_TRUE(Has(kRender));
  EXPECT_FALSE(before->Find(kRender).has_value());
}

TEST_F(ChangingTree, Update_WhereNothingIsDifferent_KeepsTheSnapshot) {
  AddRender("226:128");
  ASSERT_TRUE(machine_->Update(Event("add")));
  const auto before = machine_->topology();
  EXPECT_FALSE(machine_->Update(Event("change")));
  EXPECT_FALSE(machine_->Update(probes::Changes::Everything()));
  EXPECT_EQ(machine_->topology(), before);
}

TEST_F(ChangingTree, Update_AfterADeviceWasAway_MakesANewSnapshotOfTheSame) {
  AddRender("226:128");
  ASSERT_TRUE(machine_->Update(Event("add")));
  const auto before = machine_->topology();
  EXPECT_TRUE(machine_->Update(Event("remove")));
  EXPECT_EQ(machine_->topology()->generation(), before->generation() + 1);
  EXPECT_TRUE(Has(kRender));
}

TEST_F(ChangingTree, Update_AfterANicWasAway_MakesANewSnapshotOfTheSame) {
  const std::string nic =
      pci_.AddClassDevice(path_, "infiniband", "mlx5_0", "");
  const std::string verbs =
      pci_.AddClassDevice(path_, "infiniband_verbs", "uverbs0", "231:192");
  tree_.AddFile(verbs + "/ibdev", "mlx5_0\n");
  probes::Changes changes;
  changes.Add({"add", nic.substr(3), "infiniband"});
  ASSERT_TRUE(machine_->Update(changes));
  ASSERT_TRUE(Has("nic:mlx5_0"));
  changes = {};
  changes.Add({"remove", nic.substr(3), "infiniband"});
  EXPECT_TRUE(machine_->Update(changes));
}

// The old directory is still there while the new one is made, so that the file
// system cannot give its inode number again; sysfs never does.
TEST_F(ChangingTree, DeviceThatReturnedUnseen_IsNamed) {
  AddRender("226:128");
  ASSERT_TRUE(machine_->Update(Event("add")));
  const auto lost = probes::Changes::Everything();
  EXPECT_TRUE(machine_->WithReturned(lost).removed.empty());
  for (const std::string& path : {path_ + "/drm/renderD128", path_}) {
    const std::string real = tree_.directory() + "/" + path;
    std::filesystem::rename(real, tree_.directory() + "/old");
    std::filesystem::copy(tree_.directory() + "/old", real,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::copy_symlinks);
    std::filesystem::remove_all(tree_.directory() + "/old");
    const probes::Changes known = machine_->WithReturned(lost);
    EXPECT_TRUE(known.removed.contains(path.substr(path.rfind('/') + 1)));
    EXPECT_TRUE(machine_->WithReturned(Event("change")).removed.empty());
    EXPECT_TRUE(machine_->Update(known));  // it looks the same
    EXPECT_TRUE(machine_->WithReturned(lost).removed.empty());
  }
}

TEST_F(ChangingTree, Update_OfADescribedMachine_DoesNothing) {
  auto machine = Machine::Make({"/", "configs/hosts/dsa-gpu-2s.json"});
  ASSERT_TRUE(machine) << machine.error().message;
  EXPECT_FALSE(machine->Update(probes::Changes::Everything()));
}

}  // namespace
}  // namespace acceld::daemon
