#include "probes/io_device_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FindLink;
using acceld::testing::FrameworkTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

TEST(IoDeviceProbe, Devices_HangOnTheirFunctions) {
  FrameworkTree machine;
  const std::string nic =
      machine.AddFunction("0000:17:00.0", 0x15b3, 0x1021, "mlx5_core");
  machine.pci.AddClassDevice(nic, "net", "enp23s0", "");
  machine.pci.AddClassDevice(nic, "infiniband", "mlx5_0", "");
  const std::string ssd =
      machine.AddFunction("0000:18:00.0", 0x144d, 0xa80a, "nvme");
  machine.pci.AddClassDevice(ssd, "nvme", "nvme0", "239:0");
  machine.tree.AddDirectory("sys/devices/virtual/net/lo");
  machine.tree.AddLinkTo("sys/class/net/lo", "sys/devices/virtual/net/lo");
  machine.tree.AddFile("sys/class/net/bonding_masters", "\n");
  FactSet facts = machine.Run();
  RunIoDeviceProbe(machine.tree.root(), facts);
  EXPECT_TRUE(HasEntity(facts, "nic:enp23s0", VertexKind::kNic));
  EXPECT_EQ(TextOf(facts, "nic:enp23s0", "framework"), "net");
  EXPECT_EQ(TextOf(facts, "nic:mlx5_0", "framework"), "infiniband");
  EXPECT_EQ(TextOf(facts, "nic:mlx5_0", "driver"), "mlx5_core");
  EXPECT_TRUE(HasEntity(facts, "storage:nvme0", VertexKind::kStorage));
  EXPECT_EQ(TextOf(facts, "storage:nvme0", "address"), "0000:18:00.0");
  EXPECT_EQ(TextOf(facts, "storage:nvme0", "numa_node"), "1");
  EXPECT_NE(FindLink(facts, "pci:0000:17:00.0", "nic:mlx5_0"), nullptr);
  EXPECT_NE(FindLink(facts, "pci:0000:18:00.0", "storage:nvme0"), nullptr);
  EXPECT_FALSE(HasEntity(facts, "nic:lo", VertexKind::kNic));
  // Neither a software interface nor a file of the class is a fault.
  for (const Fault& fault : facts.faults) {
    EXPECT_FALSE(fault.where.starts_with("/sys/class")) << fault.where;
  }
}

}  // namespace
}  // namespace acceld::probes
