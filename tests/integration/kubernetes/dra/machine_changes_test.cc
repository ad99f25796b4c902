// What becomes of slices, health and claims when the machine changes: a device
// that the kernel takes out of use and gives back, and one that is pulled out.
#include <gtest/gtest.h>

#include <string>

#include "base/document.h"
#include "client/client.h"
#include "tests/integration/kubernetes/dra/served_node.h"
#include "tests/support/compressor.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"

namespace acceld::testing {
namespace {

constexpr char kZip[] = "pci-0000-75-00-0-uacce";
constexpr char kOther[] = "pci-0000-b5-00-0-uacce";

// A node with two compressors, whose sysfs the test writes.
class MachineChangesTest : public ServedNode {
 protected:
  void SetUp() override {
    tree_.AddNumaNode({0, "0-3", 1'000'000, "10", false});
    zip_ = Plug("0000:75:00.0", "hisi_zip-0", "508:0");
    (void)Plug("0000:b5:00.0", "hisi_zip-1", "508:1");
    directory_.AddDirectory("run");
    Serve({"--sysroot=" + tree_.directory(), "--stand-in=soft",
           "--runtime-directory=" + directory_.At("run")});
    StartApiServer();
    if (HasFatalFailure()) return;
    StartPlugin();
    if (HasFatalFailure()) return;
    Register();
    cluster_->Do("watch_health", {{"socket", DraSocket()}, {"version", "v1"}});
    ASSERT_TRUE(HasDevices(2));
  }

  // A compressor that the kernel can take out of use; its directory.
  std::string Plug(const std::string& address, const std::string& name,
                   const std::string& number) {
    const std::string device =
        AddCompressor(tree_, pci_, address, name, number);
    tree_.AddFile(device + "/isolate", "0\n");
    return device;
  }

  // The kernel says so from now on (1: out of use), and acceld looks.
  void Isolate(const std::string& value) {
    tree_.AddFile(zip_ + "/isolate", value + "\n");
    client::Client client = Connect();
    const auto generation = client.Rescan();
    ASSERT_TRUE(generation) << generation.error().message;
  }

  [[nodiscard]] Document HealthOf(const std::string& device) {
    return At(cluster_->Do("health", {{"version", "v1"}}),
              {"devices", device, "health"});
  }
  [[nodiscard]] Document EffectOf(const std::string& device) {
    return At(Device(device), {"taints", "0", "effect"});
  }

  SysTree tree_;
  PciSysTree pci_{tree_};
  std::string zip_;
};

TEST_F(MachineChangesTest, ADeviceThatFails_IsUnhealthyUntilItRecovers) {
  AddClaim("c", {kZip});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  Isolate("1");
  EXPECT_TRUE(Eventually([&] {
    return HealthOf(kZip) == Document("UNHEALTHY") &&
           EffectOf(kZip) == Document("NoSchedule");
  }));
  EXPECT_EQ(HealthOf(kOther), Document("HEALTHY"));
  EXPECT_TRUE(EffectOf(kOther).is_null());
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);  // what runs stays
  AddClaim("late", {kZip});
  EXPECT_NE(ErrorOf(Prepare({"late"}), "late"), "");
  Isolate("0");
  EXPECT_TRUE(Eventually([&] {
    return HealthOf(kZip) == Document("HEALTHY") && EffectOf(kZip).is_null();
  }));
  EXPECT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
}

TEST_F(MachineChangesTest, ADeviceThatIsPulledOut_LeavesTheSlices) {
  AddClaim("c", {kZip});
  ASSERT_EQ(ErrorOf(Prepare({"c"}), "c"), "");
  tree_.Remove("sys/class/uacce/hisi_zip-0");
  tree_.Remove("sys/bus/pci/devices/0000:75:00.0");
  tree_.Remove(pci_.PathOf("0000:75:00.0"));
  client::Client client = Connect();
  ASSERT_TRUE(client.Rescan());
  EXPECT_TRUE(HasDevices(1));
  // No container is started with it, and its claim says why.
  EXPECT_TRUE(Eventually([&] { return Spec("c").is_null(); }));
  EXPECT_NE(ErrorOf(Prepare({"c"}), "c").find("no device"), std::string::npos);
  EXPECT_EQ(At(Unprepare({"c"}), {"uid-c"}), Document(""));
  EXPECT_EQ(CountLeases(client), 0U);
}

}  // namespace
}  // namespace acceld::testing
