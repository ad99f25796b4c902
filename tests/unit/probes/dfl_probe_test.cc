#include "probes/dfl_probe.h"

#include <gtest/gtest.h>

#include "tests/support/fact_text.h"
#include "tests/support/golden.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/fpga_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::ExpectGolden;
using acceld::testing::FactText;
using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FindLink;
using acceld::testing::FindRelation;
using acceld::testing::FpgaTree;
using acceld::testing::HasEntity;
using acceld::testing::TextOf;

constexpr const char* kEngine = FpgaTree::kEngine;
constexpr const char* kPort = FpgaTree::kPort;
constexpr const char* kVirtualPort = FpgaTree::kVirtualPort;
constexpr const char* kBus = "/sys/bus/platform/devices/";

TEST(DflProbe, Facts_AreAsTheKernelSays) {
  ExpectGolden(FactText(FpgaTree().Run(), {"accelerator:"}), "probes/fpga.txt");
}

TEST(DflProbe, Port_IsAnAcceleratorOfItsFunction) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kPort, "framework"), "dfl");
  EXPECT_EQ(TextOf(facts, kPort, "driver"), "dfl-port");
  EXPECT_EQ(TextOf(facts, kPort, "driver_version"), "6.12.0-test");
  EXPECT_EQ(TextOf(facts, kPort, "node"), "/dev/dfl-port.0");
  EXPECT_EQ(TextOf(facts, kPort, "device_number"), "246:0");
  EXPECT_EQ(TextOf(facts, kPort, "grant"), "fd");
  EXPECT_EQ(TextOf(facts, kPort, "sharing_class"), "single-user");
  EXPECT_EQ(TextOf(facts, kPort, "instances"), "1");
  EXPECT_EQ(TextOf(facts, kPort, "functions"),
            "fpga/d8424dc4-a4a3-c413-f89e-433683f9040b");
  EXPECT_EQ(TextOf(facts, kPort, "compat_id"),
            "ce489693-98f0-5f33-946d-560708be108a");
  EXPECT_EQ(TextOf(facts, kPort, "bitstream_id"), "0x23000110010309");
  EXPECT_EQ(TextOf(facts, kPort, "health"), "ok");
  EXPECT_NE(FindRelation(facts, kPort, "pci:0000:3b:00.0",
                         RelationKind::kAcceleratorOf),
            nullptr);
  EXPECT_NE(FindLink(facts, "pci:0000:3b:00.0", kPort), nullptr);
}

TEST(DflProbe, Engine_IsNeverGranted) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kEngine, "grant"), "none");
  EXPECT_EQ(FindAttribute(facts, kEngine, "functions"), nullptr);
  EXPECT_EQ(TextOf(facts, kEngine, "bitstream_id"), "0x23000110010309");
  EXPECT_EQ(TextOf(facts, kEngine, "fpga_socket"), "1");
  EXPECT_EQ(TextOf(facts, kEngine, "fpga_ports"), "2");
  EXPECT_EQ(TextOf(facts, kEngine, "fpga_ports_released"), "1");
}

TEST(DflProbe, PortOfAVirtualFunction_StandsAlone) {
  const FactSet facts = FpgaTree().Run();
  EXPECT_EQ(TextOf(facts, kVirtualPort, "address"), "0000:3b:00.1");
  EXPECT_EQ(TextOf(facts, kVirtualPort, "fpga_port"), "1");
  // An empty AFU, and nobody who tells of the card.
  for (const char* absent : {"functions", "bitstream_id", "health"}) {
    EXPECT_EQ(FindAttribute(facts, kVirtualPort, absent), nullptr) << absent;
  }
}

TEST(DflProbe, ErrorsOfTheCard_AreItsPortsToo) {
  FpgaTree machine;
  machine.WriteEngine("errors/pcie0_errors", "0x8000000000000001\n");
  machine.WritePort("power_state", "0x1\n");
  FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kEngine, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kPort, "health"), "degraded");
  EXPECT_EQ(TextOf(facts, kPort, "health_reason"),
            "throttled: power state AP1; its card: pcie0_errors "
            "0x8000000000000001");
  machine.WriteEngine("errors/catfatal_errors", "0x2\n");
  facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kEngine, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kPort, "health"), "failed");
}

TEST(DflProbe, StoppedPort_HasFailed) {
  FpgaTree machine;
  machine.WritePort("power_state", "0x6\n");
  machine.WritePort("errors/errors", "0x10\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kPort, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kPort, "health_reason"),
            "port errors 0x10; stopped by throttling: power state AP6");
  EXPECT_EQ(TextOf(facts, kEngine, "health"), "ok");
}

TEST(DflProbe, ProgrammingThatFailed_IsHealthOfTheCard) {
  FpgaTree machine;
  machine.tree.AddFile("sys/class/fpga_manager/fpga0/state", "write error\n");
  machine.tree.AddFile("sys/class/fpga_manager/fpga0/status",
                       "reconfig CRC error\nreconfig fifo overflow error\n");
  const FactSet facts = machine.Run();
  EXPECT_EQ(TextOf(facts, kPort, "health"), "failed");
  EXPECT_EQ(TextOf(facts, kEngine, "health_reason"),
            "fpga0: it could not be programmed (write error); fpga0: reconfig "
            "CRC error; fpga0: reconfig fifo overflow error");
}

TEST(DflProbe, RegionsThatDiffer_LeaveThePortsOut) {
  FpgaTree machine;
  const std::string region =
      machine.engine + "/dfl-fme-region.2/fpga_region/region3";
  machine.tree.AddFile(region + "/compat_id",
                       "11111111111111111111111111111111\n");
  machine.tree.AddLinkTo("sys/class/fpga_region/region3", region);
  EXPECT_EQ(FindAttribute(machine.Run(), kPort, "compat_id"), nullptr);
}

TEST(DflProbe, TreesThatLie_AreFaultsAndTheRestStands) {
  FpgaTree machine;
  machine.WriteEngine("ports_num", "0\n");
  machine.WriteEngine("errors/fme_errors", "0xzz\n");
  machine.WriteEngine("bitstream_id", "12\n");
  machine.WritePort("afu_id", "banana\n");
  machine.WritePort("power_state", "0x3\n");
  machine.WritePort("id", "-1\n");
  machine.tree.AddLink("sys/bus/platform/devices/dfl-port.7", "../nowhere");
  const FactSet facts = machine.Run();
  for (const char* file : {"dfl-fme.0/ports_num", "dfl-fme.0/errors/fme_errors",
                           "dfl-fme.0/bitstream_id", "dfl-port.0/afu_id",
                           "dfl-port.0/power_state", "dfl-port.0/id"}) {
    EXPECT_EQ(FaultAt(facts, std::string(kBus) + file),
              ErrorCode::kCorruptInput)
        << file;
  }
  EXPECT_TRUE(FaultAt(facts, std::string(kBus) + "dfl-port.7").has_value());
  EXPECT_FALSE(
      HasEntity(facts, "accelerator:dfl-port.7", VertexKind::kAccelerator));
  EXPECT_EQ(FindAttribute(facts, kPort, "functions"), nullptr);
  EXPECT_EQ(TextOf(facts, kPort, "grant"), "fd");
}

}  // namespace
}  // namespace acceld::probes
